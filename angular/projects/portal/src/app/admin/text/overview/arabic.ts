import { pluralIn } from '@vestibule/angular/console';
import type { OverviewTexts } from '../overview';

const plural = pluralIn('ar');

const arabic: OverviewTexts = {
  title: 'نظرة عامة',
  intro: (from) => `الأرقام منذ ${from}. الأيام بالتوقيت العالمي UTC.`,
  period: 'الفترة',
  days: (count) =>
    plural(count, {
      one: 'يوم واحد',
      two: 'يومان',
      few: '# أيام',
      many: '# يومًا',
      other: '# يوم',
    }),
  lookFirst: 'ما يجب النظر فيه أولًا',
  lookIntro: 'من أحداث التدقيق في آخر 24 ساعة، الأكثر إلحاحًا أولًا.',
  nothing: 'لا شيء يستدعي النظر: لا توجد ملاحظات في أحداث التدقيق في آخر 24 ساعة.',
  openEvents: 'عرض الأحداث',
  openEventsOf: (finding) => `عرض الأحداث: ${finding}`,
  command: 'الأمر',
  incomplete: 'هذه الأرقام غير كاملة:',
  figures: 'المستخدمون والجلسات',
  users: {
    total: 'المستخدمون',
    active: 'نشط',
    disabled: 'معطّل',
    quarantined: 'معزول',
    withMfa: 'لديه عامل ثانٍ',
    withPassword: 'لديه كلمة مرور',
    federated: 'مرتبط بمزوّد',
  },
  ofUsers: (share) => `${share} من كل المستخدمين`,
  sessions: 'الجلسات النشطة',
  locks: 'حسابات يجب أن تنتظر بعد محاولات فاشلة',
  logins: 'عمليات تسجيل الدخول يوميًا',
  loginsHelp: 'بكلمة مرور أو عبر مزوّد.',
  newUsers: 'المستخدمون الجدد يوميًا',
  byMethod: 'تسجيل الدخول بحسب الطريقة',
  byMethodHelp: 'يُحسب تسجيل الدخول بعامل ثانٍ للطريقتين.',
  methods: { password: 'كلمة المرور', federated: 'المزوّد', secondFactor: 'العامل الثاني' },
  success: 'نجح',
  failure: 'رُفض',
  count: 'المستخدمون',
  day: 'اليوم',
  method: 'الطريقة',
  table: 'عرض كجدول',
  csv: 'تنزيل CSV',
  csvOf: (chart) => `تنزيل CSV: ${chart}`,
  noLogins: 'لا توجد عمليات تسجيل دخول في هذه الفترة.',
  loadAgain: 'تحميل من جديد',
  findings: {
    events_altered: 'أحداث تدقيق ليست كما كتبتها الخدمة',
    user_reports: 'أبلغ مستخدمون: لم أكن أنا',
    password_spraying: 'تُجرَّب كلمات مرور على حسابات كثيرة',
    account_from_many_networks: 'يُخمَّن حساب واحد من شبكات كثيرة',
    codes_replayed: 'وصلت رموز صحيحة مرة ثانية',
    administrators: 'مستخدم جديد أو معدَّل أصبح مسؤولًا',
    role_changes: 'تغيّرت أدوار مستخدمين',
    provider_refusals: 'معظم عمليات تسجيل الدخول عبر أحد المزوّدين مرفوضة',
    accounts_locked: 'حسابات يجب أن تنتظر بعد محاولات فاشلة',
    recovery_codes_used: 'استُخدمت رموز استرداد',
    events_not_verified: 'تعذّر التحقق من أحداث تدقيق: أحد المفاتيح مفقود',
  },
};

export default arabic;

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
  openUser: 'عرض المستخدم',
  openOf: (link, finding) => `${link}: ${finding}`,
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
  methods: {
    password: 'كلمة المرور',
    passkey: 'مفتاح مرور',
    federated: 'المزوّد',
    secondFactor: 'العامل الثاني',
  },
  factors: 'عوامل المصادقة الثانية',
  factorsHelp: 'المستخدمون بحسب كل نوع. يُحسب المستخدم الذي لديه عدة أنواع في كل منها.',
  factorKinds: {
    passkey: 'مفتاح مرور',
    totp: 'تطبيق المصادقة',
    sms: 'رموز برسائل نصية',
    email: 'رموز بالبريد الإلكتروني',
    recovery: 'رموز الاسترداد',
  },
  noFactors: 'لا مستخدم لديه عامل ثانٍ.',
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
    passkeys_copied: 'رُفضت نسخ من مفاتيح المرور',
    codes_replayed: 'وصلت رموز صحيحة مرة ثانية',
    administrators: 'مستخدم جديد أو معدَّل أصبح مسؤولًا',
    role_changes: 'تغيّرت أدوار مستخدمين',
    provider_refusals: 'معظم عمليات تسجيل الدخول عبر أحد المزوّدين مرفوضة',
    accounts_locked: 'حسابات يجب أن تنتظر بعد محاولات فاشلة',
    recovery_codes_used: 'استُخدمت رموز استرداد',
    events_not_verified: 'تعذّر التحقق من أحداث تدقيق: أحد المفاتيح مفقود',
  },
  details: {
    count: ({ count }) => `العدد: ${count}.`,
    network: ({ network, failures, accounts, signedIn }) =>
      `الشبكة: ${network}. المحاولات الفاشلة: ${failures}. الحسابات والأسماء: ${accounts}. الحسابات التي نجح الدخول إليها: ${signedIn}. احظر الشبكة في الخادم الوكيل، وراجع كل دخول ناجح.`,
    passwords: ({ wrong, correct, networks }) =>
      `كلمات المرور الخاطئة: ${wrong}. الصحيحة: ${correct}. الشبكات التي فشلت منها محاولات: ${networks}. هذا هجوم، أو برنامج يستخدم كلمة مرور قديمة: راجع كل دخول ناجح.`,
    account: ({ userId, failures, networks }) =>
      `الحساب: ${userId}. المحاولات الفاشلة: ${failures}. الشبكات التي لم ينجح منها دخول: ${networks}.`,
    provider: ({ provider, refused, accepted, reason }) =>
      `المزوّد: ${provider}. المرفوضة: ${refused}. المقبولة: ${accepted}. السبب الأكثر تكرارًا: ${reason}.`,
    administrator: ({ userId, at, by }) =>
      `المستخدم: ${userId}. وقت الإنشاء أو التعديل: ${at}. بواسطة: ${by}.`,
  },
  advice: {
    events_altered: 'غيّر برنامج آخر قاعدة البيانات.',
    passkeys_copied: 'تُستخدم أداة مصادقة ونسخة منها.',
    codes_replayed: 'وصول رمز واحد من عنوانين هجوم.',
    recovery_codes_used: 'اسأل المستخدمين هل هم من فعل ذلك.',
    events_not_verified: 'المفتاح مفقود في VESTIBULE_SECRET_KEYS.',
  },
  byLogin: 'تسجيل دخول عبر مزوّد',
  leftOut: {
    events: (read) => `لم تُقرأ إلا أحدث الأحداث. العدد: ${read}.`,
    since: (oldest) => `أقدمها: ${oldest}.`,
    users: (checked, of) =>
      `المستخدمون الجدد والمعدَّلون الذين جرى التحقق من دورهم: ${checked} من ${of}.`,
    findings: (finding, listed, of) => `المعروض: ${listed} من ${of}. ${finding}.`,
  },
  uncounted: {
    users: (counted) => `لم يُحسب إلا أحدث المستخدمين. العدد: ${counted}.`,
    sessions: (read) => `لم تُقرأ كل سجلات الجلسات. المقروء: ${read}.`,
    counters: (read) => `لم تُقرأ كل عدادات المحاولات الفاشلة. المقروء: ${read}.`,
    logins: (since) => `لم تُحسب إلا عمليات تسجيل الدخول منذ ${since}.`,
  },
};

export default arabic;

import { pluralIn } from '@vestibule/angular/console';
import type { AuditTexts } from '../audit';

const plural = pluralIn('ar');

const arabic: AuditTexts = {
  title: 'أحداث التدقيق',
  intro: 'عمليات تسجيل الدخول والرفض والتغييرات وإجراءات المسؤولين، الأحدث أولًا.',
  filters: {
    type: 'الحدث',
    outcome: 'النتيجة',
    user: 'المستخدم',
    actor: 'المنفّذ',
    ip: 'عنوان الشبكة',
    trace: 'رقم التتبّع',
    from: 'من',
    to: 'قبل',
  },
  help: {
    user: 'معرّف المستخدم.',
    actor: 'معرّف مستخدم، أو اسم مزوّد، أو cli.',
    ip: 'عنوان، مثل \u2068192.0.2.17\u2069، أو شبكة، مثل \u2068192.0.2.0/24\u2069.',
    trace: 'الرقم الظاهر في صفحة الخطأ. لا تُستخدم عوامل التصفية الأخرى عندئذ.',
    time: 'بحسب المنطقة الزمنية لهذا المتصفح.',
  },
  success: 'نجح',
  failure: 'رُفض',
  time: 'الوقت',
  event: 'الحدث',
  details: 'التفاصيل',
  detailsOf: (event, time) => `التفاصيل: ${event}، ${time}`,
  none: 'لا يوجد حدث مطابق.',
  noneHere: 'لا يوجد حدث مطابق في هذه الصفحة. قد تطابق أحداث أقدم: افتح الصفحة التالية.',
  exportAs: 'تصدير',
  exportHelp: 'يحتوي التصدير على الأحداث المطابقة في كل الصفحات.',
  follow: 'متابعة الأحداث الجديدة',
  followTitle: 'الأحداث الجديدة',
  followIntro: (limit) =>
    `تظهر هنا الأحداث الجديدة المطابقة لعوامل التصفية، الأحدث أولًا. تعرض القائمة أحدث ${limit} حدث.`,
  followEmpty: 'لا يوجد حدث جديد بعد.',
  followState: {
    connecting: 'جارٍ الاتصال…',
    open: 'متصل. تظهر الأحداث الجديدة فورًا.',
    paused: 'متوقف مؤقتًا. لا تتغيّر القائمة.',
    ended: 'انتهى الاتصال. الأحداث اللاحقة موجودة في القائمة.',
  },
  pause: 'إيقاف مؤقت',
  resume: (waiting) =>
    waiting === 0
      ? 'متابعة'
      : plural(waiting, {
          one: 'متابعة، حدث واحد ينتظر',
          two: 'متابعة، حدثان ينتظران',
          few: 'متابعة، # أحداث تنتظر',
          many: 'متابعة، # حدثًا ينتظر',
          other: 'متابعة، # حدث ينتظر',
        }),
  reconnect: 'الاتصال من جديد',
  backToList: 'العودة إلى القائمة',
  followAdded: (count) =>
    plural(count, {
      one: 'حدث جديد واحد',
      two: 'حدثان جديدان',
      few: '# أحداث جديدة',
      many: '# حدثًا جديدًا',
      other: '# حدث جديد',
    }),
  self: 'المستخدم نفسه',
  commandLine: 'سطر الأوامر',
  service: 'الخدمة',
  trace: 'رقم التتبّع',
  type: 'النوع',
  outcome: 'النتيجة',
  reasonCode: 'رمز السبب',
  statedReason: 'السبب الذي ذكره المسؤول',
  device: 'المتصفح',
  requestId: 'معرّف الطلب في السجل',
  methods: 'المصادقة',
  otherDetails: 'التفاصيل',
  eventsOfUser: 'كل أحداث هذا المستخدم',
  eventsOfNetwork: 'كل أحداث عنوان الشبكة هذا',
  notFound: 'لا يوجد حدث برقم التتبّع هذا. ربما كان أقدم من مدة الاحتفاظ.',
  types: {
    eventsAltered: 'غيّر برنامج آخر أحداث التدقيق',
    eventsExported: 'صُدّرت أحداث التدقيق',
    issuerMoved: 'نُقلت الهويات إلى جهة إصدار أخرى',
    keysRotated: 'خُتمت الأسرار بأحدث مفتاح',
    usersAdopted: 'اعتُمد مستخدمون من قاعدة بيانات أخرى',
    usersExported: 'صُدّر المستخدمون',
    providerTested: 'اختُبر مزوّد',
    userDeleted: 'حُذف الحساب',
    webhookReplayed: 'أُعيد إرسال رسالة إلى خطاف ويب',
    webhookTested: 'اختُبر خطاف ويب',
  },
};

export default arabic;

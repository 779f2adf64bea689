import { isolate, pluralIn } from '@vestibule/angular/console';
import type { ProvidersTexts } from '../providers';

const plural = pluralIn('ar');

const arabic: ProvidersTexts = {
  title: 'المزوّدون والإعدادات',
  intro: 'المزوّدون الذين يمكن للمستخدمين تسجيل الدخول عبرهم، والإعدادات التي تستخدمها الخدمة.',
  none: 'لم يُعدّ أي مزوّد. يسمّي VESTIBULE_PROVIDERS المزوّدين.',
  available: 'متاح',
  unavailable: 'غير متاح',
  name: 'الاسم',
  kind: 'النوع',
  issuer: 'جهة الإصدار',
  redirectUri: 'عنوان إعادة التوجيه، لتسجيله لدى المزوّد',
  problem: 'آخر خطأ',
  settings: 'الإعدادات',
  settingsOf: (provider) => `إعدادات ${isolate(provider)}`,
  setting: 'الإعداد',
  value: 'القيمة',
  origin: 'المصدر',
  secret: 'سرّ، لا يُعرض',
  notSet: 'غير محدّد',
  origins: { environment: 'البيئة', file: 'ملف', default: 'القيمة الافتراضية' },
  allSettings: 'كل إعدادات الخدمة',
  allSettingsHelp: 'كما يطبعها ‎“vestibule check --json”‎. لا تُعرض الأسرار أبدًا.',
  test: 'اختبار الاتصال',
  testOf: (provider) => `اختبار الاتصال مع ${isolate(provider)}`,
  testing: 'جارٍ الاختبار…',
  testHelp: 'تطلب الخدمة مستندات المزوّد. لا يسجّل أي مستخدم الدخول.',
  checks: 'الفحوص',
  outcomes: { ok: 'سليم', warning: 'تحذير', failed: 'فشل' },
  names: {
    discovery: 'مستند الاكتشاف',
    issuer: 'جهة الإصدار',
    keys: 'مفاتيح التوقيع',
    algorithms: 'الخوارزميات',
    clock: 'الساعة',
    token_endpoint: 'نقطة الرموز المميّزة وسرّ العميل',
    redirect_uri: 'عنوان إعادة التوجيه',
  },
  explainLogin: 'شرح تسجيل دخول بمطالبات تُدخلها',
  toChange: 'ما يجب تغييره',
  mayNotTest: 'الدور admin وحده يمكنه تشغيل الاختبارات.',
  millis: (count) => `${count} مللي ثانية`,
  allGood: 'نجحت كل الفحوص.',
  notGood: (failed) =>
    plural(failed, {
      one: 'فحص واحد يحتاج إلى انتباه.',
      two: 'فحصان يحتاجان إلى انتباه.',
      few: '# فحوص تحتاج إلى انتباه.',
      many: '# فحصًا يحتاج إلى انتباه.',
      other: '# فحص يحتاج إلى انتباه.',
    }),
  testLogin: 'اختبار تسجيل دخول',
  testLoginOf: (provider) => `اختبار تسجيل دخول عبر ${isolate(provider)}`,
  testLoginHelp:
    'تسجّل الدخول لدى المزوّد في علامة تبويب جديدة. لا تُفتح جلسة ولا يتغيّر أي مستخدم. ثم تعرض هذه الصفحة ما عاد.',
  waiting: (until) =>
    `سجّل الدخول لدى المزوّد في علامة التبويب الجديدة. ينتظر الاختبار حتى ${until}.`,
  maybeClosed:
    'يبدو أن علامة التبويب مغلقة. إذا أغلقتها، فألغِ الاختبار أو افتح علامة التبويب من جديد. بعض المزوّدين يبدون كذلك فقط: تظهر النتيجة هنا مع ذلك.',
  blocked: 'حظر المتصفح علامة التبويب الجديدة.',
  openTab: 'فتح المزوّد في علامة تبويب جديدة',
  cancel: 'إلغاء الاختبار',
  expired: 'انتهت مدة الاختبار. لم تعد أي نتيجة. ابدأه من جديد.',
  failedLogin: 'فشل تسجيل الدخول الاختباري.',
  finished: 'اكتمل تسجيل الدخول الاختباري.',
  result: 'نتيجة تسجيل الدخول الاختباري',
  noChange: 'لم تُفتح جلسة ولم يتغيّر أي مستخدم. تسجيل دخول حقيقي بهذه المطالبات يؤدي إلى ما يلي:',
  claimsBack: 'المطالبات التي عادت',
};

export default arabic;

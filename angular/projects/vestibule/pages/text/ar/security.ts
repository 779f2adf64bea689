import type { security as english } from '../en/security';
import { isolate } from '../isolate';
import { pluralIn } from '../plural';

const plural = pluralIn('ar');

export const security: typeof english = {
  'password.help': 'ينهي التغيير جلساتك على جميع الأجهزة الأخرى.',
  'password.change': 'تغيير كلمة المرور',
  'password.none': 'لا توجد. بكلمة مرور يمكنك تسجيل الدخول دون مزوّدك أيضًا.',
  'password.set': 'تعيين كلمة مرور',
  'authenticators.title': 'تطبيقات المصادقة',
  'authenticators.none':
    'لا يوجد. يحمي التطبيق حسابك إذا سُرقت كلمة مرورك: عندها يحتاج كل تسجيل دخول إلى رمزه.',
  'authenticators.noneNoPassword':
    'لا يوجد. مع التطبيق يحتاج كل تسجيل دخول عبر مزوّد إلى رمزه أيضًا.',
  'authenticators.added': (date) => `أُضيف في ${date}`,
  'authenticators.notUsed': 'لم يُستخدم بعد لتسجيل الدخول',
  'authenticators.add': 'إضافة تطبيق مصادقة',
  'authenticators.name': 'اسم التطبيق',
  'authenticators.rename': 'إعادة التسمية',
  'authenticators.renameNamed': (name) => `إعادة تسمية ${name}`,
  'authenticators.renamed': (name) => `أصبح اسم التطبيق ${isolate(name)}.`,
  'authenticators.remove': 'إزالة',
  'authenticators.removeNamed': (name) => `إزالة ${name}`,
  'authenticators.removeOne': (name) =>
    `إزالة ${isolate(name)}؟ لن تعمل رموزه بعد ذلك، وستستخدم عاملك الثاني الآخر. تنتهي جلساتك على الأجهزة الأخرى.`,
  'authenticators.removeOnly': (name) =>
    `إزالة ${isolate(name)}؟ إنه عامل المصادقة الثاني الوحيد لديك. بعد ذلك لا يحمي حسابك أي رمز، ولا تعمل رموز الاسترداد. تنتهي جلساتك على الأجهزة الأخرى.`,
  'authenticators.removed': (name) => `أُزيل ${isolate(name)}.`,
  'codes.title': 'رموز الاسترداد',
  'codes.help': 'يتيح لك كل رمز تسجيل الدخول مرة واحدة إذا تعذّر عليك استخدام عاملك الثاني.',
  'codes.left': (count) =>
    plural(count, {
      zero: 'لم يبق أي رمز.',
      one: 'بقي رمز واحد.',
      two: 'بقي رمزان.',
      few: 'بقيت # رموز.',
      many: 'بقي # رمزًا.',
      other: 'بقي # رمز.',
    }),
  'codes.few': 'أنشئ رموزًا جديدة قبل أن تحتاج إليها.',
  'codes.createdAt': (date) => `أُنشئت في ${date}`,
  'codes.replace': 'إنشاء رموز جديدة',
  'codes.replaceQuestion': 'إنشاء رموز استرداد جديدة؟ لن تعمل الرموز القديمة بعد ذلك.',
  'codes.createQuestion': 'إنشاء رموز استرداد؟ تُعرض مرة واحدة فقط، فاستعد لحفظها.',
  'codes.replaced': 'رموز الاسترداد الجديدة سارية الآن.',
  'devices.title': 'أجهزتك',
  'devices.help': 'متصفحات سجّلت الدخول بها من قبل.',
  'devices.trustHelp': (count) =>
    plural(count, {
      one: 'متصفحات سجّلت الدخول بها من قبل. لا يحتاج المتصفح الموثوق إلى العامل الثاني لمدة يوم واحد.',
      two: 'متصفحات سجّلت الدخول بها من قبل. لا يحتاج المتصفح الموثوق إلى العامل الثاني لمدة يومين.',
      few: 'متصفحات سجّلت الدخول بها من قبل. لا يحتاج المتصفح الموثوق إلى العامل الثاني لمدة # أيام.',
      other:
        'متصفحات سجّلت الدخول بها من قبل. لا يحتاج المتصفح الموثوق إلى العامل الثاني لمدة # يومًا.',
    }),
  'devices.current': 'هذا الجهاز',
  'devices.lastSeen': (date) => `آخر تسجيل دخول في ${date}`,
  'devices.firstSeen': (date) => `أول تسجيل دخول في ${date}`,
  'devices.trustedUntil': (date) => `موثوق حتى ${date}: دون العامل الثاني`,
  'devices.forget': 'نسيان',
  'devices.forgetNamed': (name) => `نسيان ${name}`,
  'devices.forgetQuestion': (name) =>
    `نسيان ${name}؟ سيحتاج تسجيل الدخول التالي به إلى العامل الثاني ويُعدّ من جهاز جديد. الجلسة التي فُتحت هناك دون العامل الثاني تطلبه فورًا.`,
  'devices.forgotten': (name) => `نُسي ${name}.`,
  'device.on': (browser, system) => `${browser} على ${system}`,
  'device.unknown': 'جهاز غير معروف',
};

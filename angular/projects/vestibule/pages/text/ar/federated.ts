import type { federated as english } from '../en/federated';
import { isolate } from '../isolate';

export const federated: typeof english = {
  'federated.refusedTitle': 'لم يكتمل الطلب',
  'federated.failed': 'فشل تسجيل الدخول.',
  'federated.failedWith': (label) => `فشل تسجيل الدخول عبر ${label}.`,
  'federated.requestFailed': 'لم يكتمل طلبك.',
  'federated.requestFailedWith': (label) => `لم يكتمل طلبك لدى ${label}.`,
  'federated.cancelled': 'ألغيت تسجيل الدخول.',
  'federated.cancelledWith': (label) => `ألغيت العملية لدى ${label}.`,
  'federated.traceHelp': 'أعطِ المسؤول هذا المعرّف:',
  'federated.stillSignedIn': 'ما زلت مسجّل الدخول. لم يتغير حسابك.',
  'federated.backToAccount': 'العودة إلى حسابك',
  'federated.back': 'رجوع',
  'federated.confirmTitle': 'تأكيد تسجيل الدخول',
  'federated.confirm': (label) => `تسجيل الدخول عبر ${label}؟`,
  'federated.confirmHelp':
    'فتح رابط في صفحة أخرى تسجيل الدخول هذا. تابع فقط إذا كنت تريد تسجيل الدخول الآن.',
  'federated.replacesSession': (name) =>
    `أنت مسجّل الدخول باسم ${isolate(name)}. تسجيل الدخول هذا ينهي تلك الجلسة.`,
  'federated.retrying': (label) => `تعذّر الوصول إلى ${label}. تحاول هذه الصفحة مرة أخرى.`,
  'federated.otherMethod': 'استخدام طريقة أخرى لتسجيل الدخول',
  'federated.stay': 'البقاء مسجّل الدخول',
  'federated.notSetUp': 'هذا المزوّد غير معدّ هنا.',
  'federated.chooseMethod': 'اختيار طريقة تسجيل الدخول',
  'federated.methodsFailed': 'تعذّر تحميل طرق تسجيل الدخول.',
  'federated.anotherUser': 'مستخدم آخر',
  'link.title': 'ربط مزوّد',
  'link.nothing': 'لا يوجد ما يُربط',
  'link.nothingHelp':
    'لا يوجد ربط معلّق في هذا المتصفح. لقد أُكّد أو أُلغي، أو انتهت صلاحيته بعد 10 دقائق.',
  'link.toAccount': 'الانتقال إلى حسابك',
  'link.toSignIn': 'الانتقال إلى تسجيل الدخول',
  'link.step': (label) => `خطوة أخرى لتسجيل الدخول عبر ${label}`,
  'link.exists': (email) => `يوجد بالفعل حساب بالعنوان ${isolate(email)}.`,
  'link.existsAt': (label) => `يوجد بالفعل حساب بعنوانك لدى ${label}.`,
  'link.signInFirst': (label) => `سجّل الدخول إليه بطريقتك المعتادة، ثم أكّد الربط مع ${label}.`,
  'link.noAccess': 'إذا تعذّر عليك تسجيل الدخول إلى هذا الحساب، فاسأل المسؤول.',
  'link.noAccessTrace': 'إذا تعذّر عليك تسجيل الدخول إلى هذا الحساب، فأعطِ المسؤول هذا المعرّف:',
  'link.confirmTitle': (label) => `ربط ${label} بهذا الحساب؟`,
  'link.signedInAs': (name) => `أنت مسجّل الدخول باسم ${isolate(name)}.`,
  'link.effect': (label) => `بعد الربط، يمكن لمن يسجّل الدخول لدى ${label} فتح هذا الحساب.`,
  'link.effectAs': (label, email) =>
    `بعد الربط، يمكن لمن يسجّل الدخول لدى ${label} بالعنوان ${isolate(email)} فتح هذا الحساب.`,
  'link.notYou': 'إذا لم تبدأ هذا بنفسك، فألغِه.',
  'link.confirm': 'تأكيد',
  'link.wrongAccount': (name) =>
    `أنت مسجّل الدخول باسم ${isolate(name)}، لكن هذا الربط يخص حسابًا آخر. سجّل الخروج، ثم سجّل الدخول إلى ذلك الحساب.`,
  'link.signInAgain': 'تسجيل الخروج ثم الدخول من جديد',
  'link.linked': (label) => `أصبح ${label} مرتبطًا بحسابك.`,
  'link.nothingLinked': 'لم يُربط شيء.',
  'link.thisUser': 'هذا المستخدم',
};

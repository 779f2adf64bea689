import type { laterSteps as english } from '../en/later-steps';
import { pluralIn } from '../plural';

const plural = pluralIn('ar');

export const laterSteps: typeof english = {
  'code.label': 'رمز من 6 أرقام',
  'code.invalid': 'أدخل أرقام الرمز الستة.',
  'code.recoveryLabel': 'رمز الاسترداد',
  'code.recoveryInvalid': 'أدخل رمز الاسترداد كاملًا: 14 حرفًا ورقمًا.',
  'code.checking': 'جارٍ التحقق…',

  'secondFactor.title': 'عامل المصادقة الثاني',
  'secondFactor.help': 'أدخل الرمز الذي يعرضه تطبيق المصادقة لهذا الحساب.',
  'secondFactor.account': 'الحساب:',
  'secondFactor.recoveryHelp': 'أدخل أحد رموز الاسترداد الخاصة بك. يصلح كل رمز مرة واحدة.',
  'secondFactor.trust': (days) =>
    plural(days, {
      one: 'الوثوق بهذا الجهاز ليوم واحد',
      two: 'الوثوق بهذا الجهاز ليومين',
      few: 'الوثوق بهذا الجهاز لمدة # أيام',
      many: 'الوثوق بهذا الجهاز لمدة # يومًا',
      other: 'الوثوق بهذا الجهاز لمدة # يوم',
    }),
  'secondFactor.useApp': 'استخدام تطبيق المصادقة',
  'secondFactor.useRecoveryCode': 'استخدام رمز استرداد',
  'secondFactor.noWay': 'لا يمكنني استخدام أي من هذه الطرق',
  'secondFactor.noWayHelp':
    'يمكن للمسؤول إزالة عامل المصادقة الثاني من حسابك. بعد ذلك سجّل الدخول من جديد وأعدّ تطبيق مصادقة على جهاز آخر.',
  'secondFactor.support': 'التواصل مع الدعم',

  'enrol.title': 'إعداد تطبيق مصادقة',
  'enrol.anotherTitle': 'إضافة تطبيق مصادقة',
  'enrol.doneTitle': 'تم إعداد تطبيق المصادقة',
  'enrol.done': 'من الآن فصاعدًا ستُدخل رمزه عند تسجيل الدخول.',
  'enrol.required': 'يتطلّب حسابك عامل مصادقة ثانيًا. أعدّ تطبيق مصادقة للمتابعة.',
  'enrol.explanation': 'يعرض تطبيق المصادقة على هاتفك رمزًا جديدًا من 6 أرقام كل 30 ثانية.',
  'enrol.protectsPassword': 'وبذلك لا تكفي كلمة مرور مسروقة للدخول إلى حسابك.',
  'enrol.keepsWorking': 'تبقى التطبيقات التي أعددتها صالحة.',
  'enrol.anyApp': 'يمكنك استخدام أي تطبيق مصادقة. كثير من مديري كلمات المرور يتضمّن واحدًا.',
  'enrol.name': 'اسم التطبيق (اختياري)',
  'enrol.nameHelp': 'مثلًا «الهاتف». يميّز الاسم بين تطبيقاتك.',
  'enrol.start': 'إعداد',
  'enrol.addTitle': '1. أضف الحساب إلى تطبيقك',
  'enrol.scan': 'امسح رمز QR هذا بتطبيق المصادقة.',
  'enrol.qr': 'رمز QR يحتوي على مفتاح تطبيق المصادقة. المفتاح مكتوب أيضًا في الأسفل.',
  'enrol.openApp': 'فتح في تطبيق المصادقة على هذا الجهاز',
  'enrol.key': 'أو أدخل هذا المفتاح في التطبيق:',
  'enrol.copyKey': 'نسخ المفتاح',
  'enrol.codeTitle': '2. أدخل الرمز من التطبيق',
  'enrol.confirm': 'تأكيد',

  'reauthenticate.title': 'سجّل الدخول من جديد للمتابعة',
  'reauthenticate.reason': 'مضى على آخر تسجيل دخول وقت أطول مما يسمح به هذا الإجراء.',
  'reauthenticate.withPassword': 'أدخل كلمة المرور.',
  'reauthenticate.withProvider': 'سجّل الدخول لدى المزوّد من جديد.',
  'reauthenticate.withSignOut': 'سجّل الخروج ثم الدخول من جديد.',
  'reauthenticate.signOut': 'تسجيل الخروج ثم الدخول من جديد',

  'factor.pwd': 'كلمة المرور',
  'factor.otp': 'تطبيق المصادقة',
  'factor.passkey': 'مفتاح مرور',
  'factor.rc': 'رمز استرداد',
  'factor.sms': 'رسالة نصية',
  'factor.fpt': 'بصمة الإصبع',
  'factor.face': 'التعرّف على الوجه',
  'factor.pin': 'رقم التعريف الشخصي',
  'factor.provider': 'مزوّد تسجيل الدخول',
  'factor.then': (first, second) => `${first} ثم ${second}`,

  'copy.copy': 'نسخ',
  'copy.copyId': 'نسخ المعرّف',
  'copy.done': 'تم النسخ',
  'copy.failed': 'تعذّر النسخ. حدّد النص وانسخه.',
};

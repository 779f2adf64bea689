import type { messageCodes as english } from '../en/message-codes';
import { masked } from '../masked';

export const messageCodes: typeof english = {
  'messageCode.label': 'رمز من 8 أرقام',
  'messageCode.invalid': 'أدخل أرقام الرمز الثمانية.',
  'messageCode.emailHelp': 'اطلب إرسال رمز إلى عنوان البريد الإلكتروني لحسابك، ثم أدخله.',
  'messageCode.smsHelp': 'اطلب إرسال رمز في رسالة نصية إلى رقم هاتفك، ثم أدخله.',
  'messageCode.useEmail': 'استخدام رمز بالبريد الإلكتروني',
  'messageCode.useSms': 'استخدام رمز برسالة نصية',
  'messageCode.send': 'إرسال رمز',
  'messageCode.sending': 'جارٍ الإرسال…',
  'messageCode.sendAgain': 'إرسال رمز آخر',
  'messageCode.sendAgainIn': (time) => `ممكن بعد ${time}`,
  'messageCode.haveCode': 'لديّ رمز بالفعل',
  'messageCode.sent': (to, until) => `أُرسل رمز إلى ${masked(to)}. يصلح حتى ${until} ولمرة واحدة.`,
  'messageCode.delayed': (to, until) =>
    `تأخّر الرمز المرسل إلى ${masked(to)}: لم يمكن إرساله بعد. سيُرسل في أقرب وقت، وحتى ${until} على أبعد تقدير. إذا لم يكن بإمكانك الانتظار، فاختر طريقة أخرى.`,
  'messageCode.wrong': 'هذا الرمز غير صحيح أو لم يعد صالحًا. تحقّق منه أو اطلب إرسال رمز آخر.',
  'messageCode.wrongLimit': 'بعد 5 محاولات خاطئة لا يعود هذا الرمز صالحًا.',
  'messageCode.expired': 'انتهت صلاحية هذا الرمز. اطلب إرسال رمز آخر.',
  'messageCode.notOffered':
    'لم تعد الخدمة ترسل رموزًا بهذه الطريقة. استخدم طريقة أخرى أو اسأل المسؤول.',
  'messageCode.setUpEnded': 'انتهى هذا الإعداد: بعد 10 دقائق، أو بعد 5 رموز خاطئة. ابدأه من جديد.',
  'messageCode.sendLimit': 'لا يمكن إرسال رمز آخر الآن.',
  'messageCode.administrators':
    'حسابك حساب مسؤول: لا تكفي له الرموز المرسلة في رسائل. أضف تطبيق مصادقة أو مفتاح مرور.',
  'messageCode.noEmail':
    'ليس لحسابك عنوان بريد إلكتروني مؤكّد، لذا لا يمكن إرسال رمز إليه. استخدم طريقة أخرى.',
  'messageCode.title': 'رموز في رسائل',
  'messageCode.restricted':
    'الرموز المرسلة في رسائل أقل أمانًا من مفتاح المرور أو تطبيق المصادقة: قد يستولي مهاجم على رقم هاتف أو صندوق بريد، لذلك يقيّدها المعيار ⁨NIST SP 800-63B⁩.',
  'messageCode.otherTitle': 'إذا لم يكن بإمكانك استخدام تطبيق أو مفتاح مرور',
  'messageCode.email': 'رموز بالبريد الإلكتروني',
  'messageCode.sms': 'رموز برسائل نصية',
  'messageCode.emailStart':
    'يُرسل رمز إلى عنوان البريد الإلكتروني المؤكّد لحسابك. أدخله لإتمام الإعداد.',
  'messageCode.number': 'رقم الهاتف',
  'messageCode.numberHelp':
    'مع علامة «+» ورمز الدولة، مثل ⁨+49 151 23456789⁩. يُرسل رمز إلى هذا الرقم.',
  'messageCode.numberInvalid': 'أدخل الرقم كاملًا مع علامة «+» ورمز الدولة، مثل ⁨+49 151 23456789⁩.',
  'messageCode.doneTitle': 'أُعدّت الرموز في رسائل',
  'messageCode.done': 'من الآن فصاعدًا يمكنك طلب إرسال رمز عند تسجيل الدخول.',
  'messageCode.none': 'غير مُعدّة',
  'messageCode.verifyFirst': 'أكّد أولًا عنوان بريدك الإلكتروني في ملفك الشخصي.',
  'messageCode.to': (target) => `إلى ${masked(target)}`,
  'messageCode.since': (date) => `أُعدّت في ${date}`,
  'messageCode.setUpEmail': 'إعداد الرموز بالبريد الإلكتروني',
  'messageCode.setUpSms': 'إعداد الرموز برسائل نصية',
  'messageCode.changeNumber': 'تغيير رقم الهاتف',
  'messageCode.removeEmail': 'إزالة الرموز بالبريد الإلكتروني',
  'messageCode.removeSms': 'إزالة الرموز برسائل نصية',
  'messageCode.removeEmailQuestion':
    'إزالة الرموز بالبريد الإلكتروني؟ لن تُرسل رموز إلى عنوانك بعد ذلك.',
  'messageCode.removeSmsQuestion':
    'إزالة الرموز برسائل نصية؟ لن تُرسل رموز إلى هاتفك بعد ذلك، ويُحذف الرقم.',
  'messageCode.removeEffect': 'تنتهي جلساتك على الأجهزة الأخرى.',
  'messageCode.removeOnlyEffect':
    'إذا كانت عامل المصادقة الثاني الوحيد لديك، فلن يحمي حسابك بعد ذلك إلا طريقة تسجيل الدخول، ولن تعمل رموز الاسترداد. تنتهي جلساتك على الأجهزة الأخرى.',
  'messageCode.added': (kind) => `${kind}: تم الإعداد.`,
  'messageCode.removed': (kind) => `${kind}: تمت الإزالة.`,
  'factor.email': 'رمز بالبريد الإلكتروني',
};

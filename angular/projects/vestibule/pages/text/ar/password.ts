import { isolate } from '../isolate';
import type { password as english } from '../en/password';

export const password: typeof english = {
  'newPassword.label': 'كلمة المرور الجديدة',
  'newPassword.current': 'كلمة المرور الحالية',
  'newPassword.length': (min) => `استخدم ${min} حرفًا على الأقل. من السهل تذكّر عدة كلمات متتالية.`,
  'newPassword.enter': 'أدخل كلمة مرور جديدة.',
  'newPassword.enterCurrent': 'أدخل كلمة المرور الحالية.',
  'newPassword.save': 'حفظ كلمة المرور الجديدة',
  'newPassword.saving': 'جارٍ الحفظ…',
  'newPassword.too_short': (min) => `كلمة المرور هذه قصيرة جدًا. استخدم ${min} حرفًا على الأقل.`,
  'newPassword.too_long': 'كلمة المرور هذه طويلة جدًا. استخدم كلمة أقصر.',
  'newPassword.common': 'كلمة المرور هذه شائعة، لذا يجرّبها المهاجمون أولًا. اختر غيرها.',
  'newPassword.breached': 'كلمة المرور هذه موجودة في قائمة كلمات مرور مسروقة. اختر غيرها.',
  'newPassword.contains_context':
    'تحتوي كلمة المرور هذه على اسمك أو عنوانك أو اسم هذه الخدمة. اختر كلمة لا تحتوي عليها.',
  'strength.0': 'القوة: ضعيفة جدًا.',
  'strength.1': 'القوة: ضعيفة.',
  'strength.2': 'القوة: متوسطة.',
  'strength.3': 'القوة: جيدة.',
  'strength.4': 'القوة: جيدة جدًا.',
  'forgot.title': 'نسيت كلمة المرور',
  'forgot.help':
    'أدخل عنوان البريد الإلكتروني لحسابك. ستصلك رسالة فيها رابط لتعيين كلمة مرور جديدة.',
  'forgot.email': 'عنوان البريد الإلكتروني',
  'forgot.enterEmail': 'أدخل عنوان بريدك الإلكتروني، مثل ⁨name@example.org⁩.',
  'forgot.send': 'إرسال الرابط',
  'forgot.sentTitle': 'تحقّق من بريدك الإلكتروني',
  'forgot.sent': (email) =>
    `إذا كان العنوان ${isolate(email)} يخصّ حسابًا، فستصله رسالة فيها رابط. يصلح الرابط لمدة 30 دقيقة.`,
  'forgot.notReceived':
    'إذا لم تصل أي رسالة، فتحقّق من العنوان ومن مجلد البريد غير المرغوب فيه. وإذا لم يكن لديك وصول إلى العنوان، فاسأل المسؤول.',
  'forgot.noMail': 'لا ترسل هذه الخدمة رسائل بريد إلكتروني. اطلب كلمة مرور جديدة من المسؤول.',
  'forgot.back': 'العودة إلى تسجيل الدخول',
  'reset.title': 'تعيين كلمة مرور جديدة',
  'reset.help':
    'ستنتهي جميع جلساتك. بعد ذلك سجّل الدخول بكلمة المرور الجديدة، وبعامل المصادقة الثاني إن كان لديك.',
  'reset.done': 'انتهت جميع جلساتك. سجّل الدخول بكلمة المرور الجديدة.',
  'reset.expired': 'سبق استخدامه أو مضى عليه أكثر من 30 دقيقة. اطلب رابطًا جديدًا.',
  'reset.requestNew': 'طلب رابط جديد',
  'changePassword.title': 'تغيير كلمة المرور',
  'changePassword.required': 'يحتاج حسابك إلى كلمة مرور جديدة قبل المتابعة.',
  'changePassword.effect': 'ستنتهي جلساتك الأخرى عند الحفظ.',
  'changePassword.noPassword': 'ليس لحسابك كلمة مرور. تسجّل الدخول لدى مزوّد.',
  'changePassword.setTitle': 'تعيين كلمة مرور',
  'changePassword.setEffect': 'يمكنك بعد ذلك تسجيل الدخول دون مزوّدك أيضًا.',
  'changePassword.doneTitle': 'تم تغيير كلمة المرور',
  'changePassword.done': 'انتهت جلساتك الأخرى.',
};

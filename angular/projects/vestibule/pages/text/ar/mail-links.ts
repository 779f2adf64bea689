import type { mailLinks as english } from '../en/mail-links';

export const mailLinks: typeof english = {
  'mailLink.incompleteTitle': 'هذا الرابط غير كامل',
  'mailLink.incomplete': 'افتح الرابط الموجود في الرسالة من جديد، أو انسخ عنوانه كاملًا.',
  'mailLink.expiredTitle': 'لم يعد هذا الرابط صالحًا',
  'confirmEmail.title': 'تأكيد عنوان البريد الإلكتروني',
  'confirmEmail.help': 'لن يستخدم الحساب هذا العنوان إلا بعد تأكيدك.',
  'confirmEmail.action': 'تأكيد العنوان',
  'confirmEmail.doneTitle': 'تم تأكيد عنوان بريدك الإلكتروني',
  'confirmEmail.done': 'يستخدم حسابك هذا العنوان الآن.',
  'confirmEmail.expired':
    'سبق استخدامه أو انتهت صلاحيته أو أُرسل رابط أحدث. اطلب رابطًا جديدًا من حسابك.',
  'cancelEmail.title': 'الاحتفاظ بعنوان البريد القديم',
  'cancelEmail.help':
    'تم تعيين عنوان بريد إلكتروني جديد لحسابك أو طلبه. إذا لم تفعل ذلك أنت، فألغِ التغيير.',
  'cancelEmail.action': 'إلغاء التغيير',
  'cancelEmail.doneTitle': 'تم إلغاء التغيير',
  'cancelEmail.done': 'يحتفظ حسابك بعنوان بريده القديم. إذا لم تطلب التغيير، فعيّن كلمة مرور جديدة.',
  'cancelEmail.expired': 'سبق إلغاء التغيير أو مضى عليه أكثر من 7 أيام. اسأل المسؤول.',
  'notMe.title': 'لم أفعل ذلك',
  'notMe.help':
    'إذا لم تفعل ما تصفه الرسالة، فأمّن حسابك. ستنتهي جميع الجلسات، ولن يبقى أي جهاز موثوقًا، وسيُلغى أي تغيير لعنوان البريد الإلكتروني، وسيلزم تغيير كلمة المرور.',
  'notMe.action': 'تأمين حسابي',
  'notMe.doneTitle': 'حسابك مؤمَّن',
  'notMe.done': 'انتهت جميع الجلسات. عيّن الآن كلمة مرور جديدة.',
  'notMe.expired': 'سبق استخدامه أو مضى عليه أكثر من 7 أيام. سجّل الدخول وغيّر كلمة المرور.',
  'notMe.newPassword': 'تعيين كلمة مرور جديدة عبر البريد الإلكتروني',
};

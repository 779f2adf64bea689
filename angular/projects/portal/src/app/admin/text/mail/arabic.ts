import type { MailTexts } from '../mail';

const arabic: MailTexts = {
  title: 'البريد',
  intro:
    'رسائل تنتظر أو أُوقف إرسالها، الأحدث أولًا. لا تظهر الرسائل المُسلَّمة. لا يُعرض المحتوى: قد يحتوي على روابط فيها رموز مميّزة.',
  state: 'الحالة',
  states: { queued: 'تنتظر', failed: 'أُوقف إرسالها' },
  mail: 'الرسالة',
  to: 'إلى',
  createdAt: 'أُنشئت',
  attempts: 'المحاولات',
  result: 'النتيجة',
  nextAttempt: (time) => `المحاولة التالية: ${time}`,
  failedAt: (time) => `أُوقف الإرسال: ${time}`,
  reply: 'آخر رد من خادم البريد',
  none: 'لا توجد رسالة تنتظر، ولم يُوقف إرسال أي رسالة.',
  retryHelp: 'يضع هذا الأمر رسالة في قائمة الانتظار من جديد:',
  templates: {
    invitation: 'دعوة إلى حساب جديد',
    passwordReset: 'رابط لكلمة مرور جديدة',
    emailConfirm: 'تأكيد عنوان',
    emailChangeNotice: 'إشعار بتغيير العنوان',
    signInWays: 'طرق تسجيل الدخول',
    addressTaken: 'عنوان له حساب من قبل',
    emailChangeCancelled: 'أُلغي تغيير العنوان',
    attackReported: 'بلاغ «لم أكن أنا»',
    unknownDevice: 'تسجيل دخول من جهاز غير معروف',
    passwordChanged: 'تغيّرت كلمة المرور',
    factorAdded: 'أُضيف تطبيق مصادقة',
    factorRemoved: 'أُزيل تطبيق مصادقة',
    secondFactorReset: 'أُزيل العامل الثاني',
    recoveryCodeUsed: 'استُخدم رمز استرداد',
    recoveryCodesReplaced: 'استُبدلت رموز الاسترداد',
    identityLinked: 'رُبط مزوّد',
    identityUnlinked: 'أُلغي ربط مزوّد',
    emailChanged: 'تغيّر العنوان',
    accountDeletion: 'سيُحذف الحساب',
    test: 'رسالة اختبار',
  },
  reasons: {
    refused: 'رفضها خادم البريد.',
    undeliverable: 'لم تنجح أي محاولة خلال يومين.',
    expired: 'انتهت صلاحية رابطها قبل أن يقبلها خادم البريد.',
    unreadable: 'لا يمكن فتح محتواها المختوم: أحد المفاتيح مفقود.',
  },
};

export default arabic;

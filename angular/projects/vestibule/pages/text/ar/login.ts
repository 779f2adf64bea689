import type { login as english } from '../en/login';

export const login: typeof english = {
  'signIn.title': 'تسجيل الدخول',
  'signIn.userName': 'اسم المستخدم أو البريد الإلكتروني',
  'signIn.password': 'كلمة المرور',
  'signIn.showPassword': 'إظهار كلمة المرور',
  'signIn.capsLock': 'مفتاح الأحرف الكبيرة مفعّل.',
  'signIn.enterUserName': 'أدخل اسم المستخدم أو عنوان البريد الإلكتروني.',
  'signIn.enterPassword': 'أدخل كلمة المرور.',
  'signIn.forgot': 'هل نسيت كلمة المرور؟',
  'signIn.remember': 'إبقائي مسجّل الدخول على هذا الجهاز',
  'signIn.submit': 'تسجيل الدخول',
  'signIn.submitting': 'جارٍ تسجيل الدخول…',
  'signIn.passkey': 'تسجيل الدخول بمفتاح مرور',
};

import type { notFound as english } from '../en/not-found';

export const notFound: typeof english = {
  'notFound.title': 'الصفحة غير موجودة',
  'notFound.text': 'لا توجد صفحة على هذا العنوان. ربما نُقلت، أو أن الرابط يحتوي على خطأ.',
  'notFound.toAccount': 'الانتقال إلى حسابك',
  'notFound.toSignIn': 'الانتقال إلى تسجيل الدخول',
};

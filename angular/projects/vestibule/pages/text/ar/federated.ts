import type { federated as english } from '../en/federated';

export const federated: typeof english = {
  'federated.continueWith': (label) => `المتابعة عبر ${label}`,
  'federated.refusedTitle': 'لم يكتمل الطلب',
  'federated.confirmTitle': 'تأكيد تسجيل الدخول',
  'link.title': 'ربط مزوّد',
};

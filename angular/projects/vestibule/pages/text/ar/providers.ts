import type { providers as english } from '../en/providers';

export const providers: typeof english = {
  'federated.continueWith': (label) => `المتابعة عبر ${label}`,
  'federated.lastUsed': 'آخر استخدام',
  'federated.unreachable': (label) => `تعذّر الوصول إلى ${label}`,
  'federated.listFailed': 'تعذّر تحميل طرق تسجيل الدخول الأخرى.',
};

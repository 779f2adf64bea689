import type { common as english } from '../en/common';

export const common: typeof english = {
  'common.cancel': 'إلغاء',
  'common.close': 'إغلاق',
  'common.continue': 'متابعة',
  'common.loading': 'جارٍ التحميل…',
  'common.oneMoment': 'لحظة من فضلك…',
  'common.or': 'أو',
  'common.tryAgain': 'إعادة المحاولة',
};

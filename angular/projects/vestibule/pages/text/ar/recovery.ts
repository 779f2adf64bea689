import { isolate } from '../isolate';
import type { recovery as english } from '../en/recovery';

export const recovery: typeof english = {
  'recovery.title': 'رموز الاسترداد الخاصة بك',
  'recovery.list': 'رموز الاسترداد',
  'recovery.explanation':
    'إذا لم يكن تطبيق المصادقة معك، فإن أحد هذه الرموز يحلّ محلّ رمزه. يصلح كل رمز مرة واحدة. احفظها في مكان آمن، مثل مدير كلمات المرور.',
  'recovery.shownOnce': 'لن تُعرض إلا الآن.',
  'recovery.copy': 'نسخ الرموز',
  'recovery.download': 'تنزيل',
  'recovery.print': 'طباعة',
  'recovery.saved': 'لقد حفظت هذه الرموز',
  'recovery.confirmSaved': 'احفظ الرموز ثم ضع علامة في هذا المربع.',
  'recovery.sheet': (name, brand, date) =>
    `رموز استرداد ${isolate(name)} لدى ${isolate(brand)}، ${date}`,
};

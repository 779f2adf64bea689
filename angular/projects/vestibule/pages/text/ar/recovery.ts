import { isolate } from '../isolate';
import type { recovery as english } from '../en/recovery';
import { pluralIn } from '../plural';

const plural = pluralIn('ar');

export const recovery: typeof english = {
  'recovery.title': 'رموز الاسترداد الخاصة بك',
  'recovery.list': 'رموز الاسترداد',
  'recovery.explanation':
    'إذا تعذّر عليك استخدام عاملك الثاني، فإن أحد هذه الرموز يحلّ محلّه. يصلح كل رمز مرة واحدة. احفظها في مكان آمن، مثل مدير كلمات المرور.',
  'recovery.shownOnce': 'لن تُعرض إلا الآن.',
  'recovery.copy': 'نسخ الرموز',
  'recovery.download': 'تنزيل',
  'recovery.print': 'طباعة',
  'recovery.saved': 'لقد حفظت هذه الرموز',
  'recovery.confirmSaved': 'احفظ الرموز ثم ضع علامة في هذا المربع.',
  'recovery.sheet': (name, brand, date) =>
    `رموز استرداد ${isolate(name)} لدى ${isolate(brand)}، ${date}`,
  'recovery.fewTitle': 'لم يبقَ إلا القليل من رموز الاسترداد',
  'recovery.left': (count) =>
    plural(count, {
      one: 'بقي لديك رمز استرداد واحد.',
      two: 'بقي لديك رمزا استرداد.',
      few: 'بقي لديك # رموز استرداد.',
      many: 'بقي لديك # رمز استرداد.',
      other: 'بقي لديك # رمز استرداد.',
    }),
  'recovery.noneLeft': 'لقد استخدمت آخر رمز استرداد لديك.',
  'recovery.fewHelp': 'أنشئ رموزًا جديدة الآن. لن تصلح الرموز القديمة بعد ذلك.',
  'recovery.create': 'إنشاء رموز جديدة',
  'recovery.later': 'لاحقًا',
};

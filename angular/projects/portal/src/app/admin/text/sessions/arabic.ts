import { isolate, pluralIn } from '@vestibule/angular/console';
import type { SessionsTexts } from '../sessions';

const plural = pluralIn('ar');

const arabic: SessionsTexts = {
  title: 'الجلسات',
  provider: 'تسجيل الدخول عبر',
  caption: 'جلسات كل المستخدمين',
  none: 'لا تطابق أي جلسة.',
  count: (count) =>
    plural(count, {
      zero: 'لا جلسات في هذه الصفحة',
      one: 'جلسة واحدة في هذه الصفحة',
      two: 'جلستان في هذه الصفحة',
      few: '# جلسات في هذه الصفحة',
      many: '# جلسة في هذه الصفحة',
      other: '# جلسة في هذه الصفحة',
    }),
  user: 'المستخدم',
  device: 'الجهاز',
  method: 'تسجيل الدخول عبر',
  network: 'عنوان الشبكة',
  lastSeen: 'آخر نشاط',
  started: 'البداية',
  act: 'الإجراء',
  end: 'إنهاء',
  endNamed: (user, device) => `إنهاء جلسة ${isolate(user)} في ${isolate(device)}`,
  consequences: 'يجب تسجيل الدخول من جديد في ذلك المتصفح. قد تضيع هناك مدخلات غير محفوظة.',
  ended: 'انتهت الجلسة.',
  current: 'هذه الجلسة',
};

export default arabic;

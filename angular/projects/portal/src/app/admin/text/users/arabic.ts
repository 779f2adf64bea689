import { pluralIn } from '@vestibule/angular/console';
import type { UsersTexts } from '../users';

const plural = pluralIn('ar');

const arabic: UsersTexts = {
  title: 'المستخدمون',
  create: 'إنشاء مستخدم',
  search: 'الاسم أو اسم المستخدم أو العنوان أو المعرّف',
  status: 'الحالة',
  statuses: { active: 'نشط', disabled: 'معطَّل', quarantined: 'في الحجر' },
  provider: 'المزوّد',
  role: 'الدور',
  secondFactor: 'العامل الثاني',
  locked: 'مقفل',
  order: 'الترتيب',
  orders: {
    username: ['اسم المستخدم تصاعديًا', 'اسم المستخدم تنازليًا'],
    email: ['العنوان تصاعديًا', 'العنوان تنازليًا'],
    createdAt: ['أقدم حساب أولًا', 'أحدث حساب أولًا'],
    lastLoginAt: ['الأطول دون تسجيل دخول أولًا', 'آخر تسجيل دخول أولًا'],
  },
  count: (count) =>
    plural(count, {
      zero: 'لا مستخدمين',
      one: 'مستخدم واحد',
      two: 'مستخدمان',
      few: '# مستخدمين',
      many: '# مستخدمًا',
      other: '# مستخدم',
    }),
  countOfPage: (count) =>
    plural(count, {
      zero: 'لا مستخدمين في هذه الصفحة',
      one: 'مستخدم واحد في هذه الصفحة',
      two: 'مستخدمان في هذه الصفحة',
      few: '# مستخدمين في هذه الصفحة',
      many: '# مستخدمًا في هذه الصفحة',
      other: '# مستخدم في هذه الصفحة',
    }),
  noUsers: 'لا يطابق أي مستخدم. غيّر عوامل التصفية أو أزلها.',
  caption: 'المستخدمون المطابقون لعوامل التصفية',
  user: 'المستخدم',
  methods: 'طرق تسجيل الدخول',
  password: 'كلمة المرور',
  roles: 'الأدوار',
  lastLogin: 'آخر تسجيل دخول',
  lockedUntil: (time) => `مقفل حتى ${time}`,
  deletedAt: (time) => `سيُحذف في ${time}`,
  secondFactorOn: 'مفعّل',
  secondFactorOff: 'غير مفعّل',
  factors: {
    passkey: 'مفتاح مرور',
    totp: 'تطبيق',
    smsCode: 'رسالة نصية',
    emailCode: 'بريد إلكتروني',
    recoveryCode: 'رموز الاسترداد',
  },
};

export default arabic;

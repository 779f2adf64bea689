import { isolate } from '@vestibule/angular/console';
import type { MergeTexts } from '../merge';

const arabic: MergeTexts = {
  title: 'دمج مستخدمَين',
  label: 'دمج في مستخدم آخر',
  ends: (name) => `ينتهي هذا الحساب: ${isolate(name)}. اختر الحساب الذي يبقى.`,
  search: 'ابحث عن الحساب الذي يبقى',
  noUsers: 'لا يطابق أي مستخدم آخر.',
  choose: 'اختيار',
  chooseNamed: (name) => `اختيار ${isolate(name)}`,
  stays: (name) => `يبقى هذا الحساب: ${isolate(name)}`,
  other: 'اختيار حساب آخر',
  swap: 'تبديل: ينتهي الحساب الآخر',
  withRoles: 'نقل الأدوار الممنوحة أيضًا، ما عدا أدوار المسؤولين',
  withFactors:
    'نقل مفاتيح المرور وتطبيقات المصادقة والرموز عبر الرسائل أيضًا، إن لم يكن للحساب الباقي أي منها',
  caption: 'ما الذي يغيّره الدمج',
  field: 'الحقل',
  fromColumn: 'الحساب الذي ينتهي',
  intoColumn: 'الحساب الذي يبقى',
  result: 'بعد ذلك',
  fields: {
    password: 'كلمة المرور',
    pendingEmail: 'عنوان ينتظر التأكيد',
    previousEmails: 'عدد العناوين السابقة',
    picture: 'الصورة',
    totp: 'تطبيقات المصادقة',
    passkeys: 'مفاتيح المرور',
    messageCodes: 'الرموز عبر الرسائل',
    pendingTotp: 'تطبيق قيد الإعداد',
    recoveryCodes: 'رموز الاسترداد',
    identities: 'الهويات لدى المزوّدين',
    unlinkedIdentities: 'الهويات المفكوكة',
    devices: 'عدد الأجهزة المعروفة',
    deletionAt: 'الحذف المطلوب',
    formerIds: 'الحسابات المدمجة',
  },
  submit: 'دمج',
  consequences: (from, into, until) =>
    `ينتهي الحساب ${isolate(from)}، وتفتح طرق تسجيل دخوله الحساب ${isolate(into)}. تنتهي جلسات الحسابين. يمكن التراجع عن الدمج حتى ${until}.`,
  done: 'دُمج المستخدمان.',
  refused: {
    same_user: 'لا يمكن دمج مستخدم مع نفسه.',
    from_not_active: 'الحساب الذي ينتهي غير نشط. راجعه وفعّله أولًا.',
    into_not_active: 'الحساب الذي يبقى غير نشط. راجعه وفعّله أولًا.',
    factor_would_be_lost:
      'الحساب الذي ينتهي وحده له عامل ثانٍ. انقل عوامله الثانية، أو دع المستخدم الآخر يُعدّ عاملًا أولًا.',
  },
  list: 'عمليات الدمج',
  listCaption: 'عمليات الدمج في آخر 30 يومًا',
  none: 'لا عمليات دمج مسجّلة.',
  at: 'الوقت',
  actor: 'المسؤول',
  ended: 'الحساب الذي انتهى',
  stayed: 'الحساب الذي يبقى',
  undo: 'تراجع',
  undoNamed: (name) => `التراجع عن دمج ${isolate(name)}`,
  undoUntil: (time) => `يمكن التراجع حتى ${time}`,
  undoneAt: (time) => `تم التراجع: ${time}`,
  undoConsequences:
    'يُستعاد الحساب الذي انتهى، ويخرج ما جاء منه من الحساب الآخر. تنتهي جلسات الحسابين.',
  undone: 'تم التراجع عن الدمج.',
};

export default arabic;

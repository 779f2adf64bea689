import type { DecisionTexts } from '../decision';

const arabic: DecisionTexts = {
  title: 'القرار',
  rule: 'السبب',
  needed: 'ما الذي يغيّره',
  facts: 'ما يستند إليه القرار',
  provider: 'المزوّد',
  issuer: 'جهة الإصدار',
  subject: 'المعرّف لدى المزوّد',
  address: 'العنوان',
  noAddress: 'لا يوجد',
  addressVerified: 'تحقّق المزوّد من العنوان (قيمة JSON ‏true)',
  trusted: 'المزوّد موثوق لنطاق العنوان',
  user: 'المستخدم',
  secondFactors: 'العوامل الثانية للمستخدم',
  factors: {
    passkey: 'مفتاح مرور',
    totp: 'تطبيق المصادقة',
    smsCode: 'رموز برسائل نصية',
    emailCode: 'رموز بالبريد الإلكتروني',
    recoveryCode: 'رموز الاسترداد',
  },
  warnings: 'تحذيرات',
  claims: 'المطالبات',
  changes: 'ما الذي تغيّر',
  field: 'الحقل',
  before: 'قبل',
  after: 'بعد',
  code: 'الرمز',
  yes: 'نعم',
  no: 'لا',
  outcomes: {
    signIn: 'يُسجَّل دخول المستخدم صاحب هذه الهوية.',
    link: 'تُربط الهوية بالحساب الذي له العنوان نفسه، ويُسجَّل دخول مستخدمه.',
    linkOnRequest: 'تُربط الهوية بالحساب الذي طلب مستخدمه ذلك.',
    askForProof: 'يجب أن يسجّل المستخدم الدخول إلى الحساب الموجود وأن يؤكّد الربط.',
    reclaim: 'تُعزل الحسابات غير المؤكّدة التي لها هذا العنوان، ويحصل صاحب العنوان على حساب جديد.',
    create: 'يُنشأ حساب جديد.',
    refuse: 'يُرفض تسجيل الدخول.',
    failed: 'فشل تسجيل الدخول قبل القرار.',
  },
  sentences: {
    'the token belongs to another organization': 'الرمز المميّز يخصّ مؤسسة أخرى.',
    'userinfo failed, and the ID token does not contain a verified address':
      'فشل userinfo، ورمز الهوية لا يحتوي على عنوان مؤكّد.',
    'the address is not in an allowed domain': 'العنوان ليس في نطاق مسموح به.',
    'the identity was unlinked on purpose': 'أُلغي ربط الهوية عمدًا.',
    'the provider sent no verified address': 'لم يرسل المزوّد عنوانًا مؤكّدًا.',
    'the identity belongs to another account': 'الهوية تخصّ حسابًا آخر.',
    'the account is disabled': 'الحساب معطّل.',
    'the user requested the link': 'طلب المستخدم الربط.',
    'userinfo failed, and the ID token contains no roles':
      'فشل userinfo، ورمز الهوية لا يحتوي على أدوار.',
    'the identity is known': 'الهوية معروفة.',
    'one account has the address verified, another one has it as user name':
      'لأحد الحسابات العنوان مؤكّدًا، ولحساب آخر العنوان اسم مستخدم.',
    'an administrator created an account with this address': 'أنشأ مسؤول حسابًا بهذا العنوان.',
    'the account with the address is disabled': 'الحساب الذي له العنوان معطّل.',
    'several accounts have the address': 'لعدة حسابات هذا العنوان.',
    'the provider is not trusted for the domain of a known address':
      'المزوّد غير موثوق لنطاق عنوان معروف.',
    'an administrator account is never linked by its address': 'لا يُربط حساب مسؤول بعنوانه أبدًا.',
    'the account with the address has or had another identity of this issuer':
      'للحساب الذي له العنوان هوية أخرى من جهة الإصدار هذه، أو كانت له.',
    'the address is verified here and at the provider': 'العنوان مؤكّد هنا وعند المزوّد.',
    'no account has the address': 'لا يوجد حساب بهذا العنوان.',
    'only unverified, self-registered accounts have the address, and the provider is not trusted for it':
      'العنوان لحسابات غير مؤكّدة سجّلها أصحابها فقط، والمزوّد غير موثوق له.',
    'an administrator account is never reclaimed by its address':
      'لا يُستردّ حساب مسؤول بعنوانه أبدًا.',
    'only unverified, self-registered accounts have the address':
      'العنوان لحسابات غير مؤكّدة سجّلها أصحابها فقط.',
    'unverified, self-registered accounts have the address':
      'العنوان لحسابات غير مؤكّدة سجّلها أصحابها.',
    'the session that requested the link has ended': 'انتهت الجلسة التي طلبت الربط.',
    'an administrator enables the account (vestibule users enable)': 'يفعّل مسؤول الحساب.',
    'a verified address in _ALLOWED_DOMAINS, and the organization in _ORGANIZATION':
      'عنوان مؤكّد ضمن ‎_ALLOWED_DOMAINS‎، والمؤسسة ضمن ‎_ORGANIZATION‎.',
    'an account with this address (vestibule users add --email), or _ALLOW_SIGNUP=true and a verified address in _ALLOWED_DOMAINS':
      'حساب بهذا العنوان، أو ‎_ALLOW_SIGNUP=true‎ وعنوان مؤكّد ضمن ‎_ALLOWED_DOMAINS‎.',
    'only one account has the address, or one account has it as a verified address':
      'لحساب واحد فقط هذا العنوان، أو لحساب واحد العنوان مؤكّدًا.',
    'the user signs in with another method and links the provider again in the account':
      'يسجّل المستخدم الدخول بطريقة أخرى ويربط المزوّد من جديد في حسابه.',
    'the identity is unlinked from the other account first': 'يُلغى ربط الهوية بالحساب الآخر أولًا.',
    'userinfo succeeds, or the ID token contains the address and the roles':
      'ينجح userinfo، أو يحتوي رمز الهوية على العنوان والأدوار.',
    "the user signs in to the account and confirms the link; or the address is verified here, its domain is in _TRUSTED_DOMAINS and the account is not an administrator's":
      'يسجّل المستخدم الدخول إلى الحساب ويؤكّد الربط. أو يكون العنوان مؤكّدًا هنا، ونطاقه ضمن ‎_TRUSTED_DOMAINS‎، والحساب ليس لمسؤول.',
  },
};

export default arabic;

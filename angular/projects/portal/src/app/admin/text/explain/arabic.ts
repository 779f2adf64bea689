import type { ExplainTexts } from '../explain';

const arabic: ExplainTexts = {
  title: 'شرح عملية تسجيل دخول',
  intro: 'أدخل مطالبات مستخدم لترى ما يؤدي إليه تسجيل الدخول بها. لا يتغيّر شيء.',
  provider: 'المزوّد',
  noProviders: 'لم يُعدّ أي مزوّد، فلا يوجد تسجيل دخول لشرحه.',
  claims: 'المطالبات، ككائن JSON',
  claimsHelp:
    'أعضاء رمز الهوية و userinfo: ‏sub و email و email_verified و groups… تُعدّ موقّعة. من دون iss تُستخدم جهة إصدار المزوّد.',
  signedInAs: 'معرّف المستخدم الذي يربط المزوّد (اختياري)',
  signedInAsHelp: 'فارغ: تسجيل دخول من صفحة الدخول. معرّف: ربط في صفحة حساب هذا المستخدم.',
  notAnId: 'أدخل معرّف مستخدم، أو اترك الحقل فارغًا.',
  unknownUser: 'لا يوجد مستخدم بهذا المعرّف.',
  explain: 'شرح',
  result: 'ما يؤدي إليه تسجيل دخول بهذه المطالبات',
  resultHelp: 'بحسب الإعدادات والمستخدمين في هذه اللحظة.',
  errorAt: (problem, line, column) => `السطر ${line}، العمود ${column}: ${problem}`,
  problems: {
    empty: 'النص فارغ. أدخل كائن JSON.',
    notObject: 'يجب أن تكون المطالبات كائنًا بين ‎{ }‎.',
    unexpectedEnd: 'ينتهي النص مبكرًا. ينقص ‎}‎ أو ‎]‎ أو قيمة.',
    unexpectedCharacter:
      'هذا ليس JSON. تحتاج النصوص والأسماء إلى علامتي اقتباس مزدوجتين، وتُكتب true و false و null بأحرف صغيرة.',
    badString: 'هذا النص غير مغلق، أو فيه فاصل سطر أو \\ غير معروف.',
    badNumber: 'هذا ليس رقمًا.',
    missingComma: 'تنقص فاصلة هنا.',
    missingColon: 'تنقص نقطتان رأسيتان هنا.',
    trailingComma: 'لا شيء بعد هذه الفاصلة. احذفها.',
    textAfterEnd: 'انتهى الكائن قبل ذلك. احذف ما يليه.',
  },
};

export default arabic;

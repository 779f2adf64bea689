import type { dialogs as english } from '../en/dialogs';

export const dialogs: typeof english = {
  'dialog.enrolInWindow':
    'قم بإعداد تطبيق المصادقة في النافذة التي فُتحت. يبقى ما أدخلته في هذه الصفحة كما هو.',
  'dialog.escapeAgain': 'اضغط Escape مرة أخرى لمغادرة هذه الصفحة. ستفقد ما أدخلته فيها.',
  'dialog.leavePage': 'مغادرة هذه الصفحة',
  'dialog.openTab': (label) => `تسجيل الدخول عبر ${label} في علامة تبويب جديدة`,
  'dialog.otherWay': 'استخدام طريقة أخرى',
  'dialog.pageIsKept': 'سجّل الدخول للمتابعة. تبقى الصفحة وما أدخلته فيها كما هي.',
  'dialog.signInAgain': 'تسجيل الدخول من جديد',
  'dialog.window': (label) => `سجّل الدخول عبر ${label} في النافذة التي فُتحت.`,
  'dialog.windowBlocked': 'حظر المتصفح نافذة تسجيل الدخول.',
  'signedIn.title': 'تم تسجيل دخولك',
  'signedIn.text': 'يمكنك إغلاق هذه النافذة.',
};

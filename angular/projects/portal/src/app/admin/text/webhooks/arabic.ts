import { isolate } from '@vestibule/angular/console';
import type { WebhooksTexts } from '../webhooks';

const arabic: WebhooksTexts = {
  title: 'خطافات الويب',
  intro: 'مستلمو الرسائل الموقّعة عن تغييرات المستخدمين، والرسائل إليهم.',
  none: 'لم يُعدّ أي خطاف ويب. يسمّي VESTIBULE_WEBHOOKS خطافات الويب.',
  events: 'الرسائل',
  pending: 'تنتظر',
  failed: 'أُوقف إرسالها',
  lastDelivered: 'آخر تسليم',
  lastError: 'آخر خطأ',
  never: 'أبدًا',
  test: 'إرسال رسالة اختبار',
  testOf: (name) => `إرسال رسالة اختبار: ${isolate(name)}`,
  testHelp: 'تُرسل فورًا رسالة موقّعة لا تخصّ أي مستخدم.',
  accepted: (status, millis) =>
    `قبل المستلم رسالة الاختبار: الحالة ${status}، ${millis} مللي ثانية.`,
  refused: (error, millis) =>
    `لم يقبل المستلم رسالة الاختبار: ${isolate(error)}، ${millis} مللي ثانية.`,
  mayNot: 'الدور admin وحده يمكنه إرسال الرسائل.',
  deliveries: 'عمليات التسليم',
  webhook: 'خطاف الويب',
  state: 'الحالة',
  states: { pending: 'تنتظر', delivered: 'سُلّمت', failed: 'أُوقف إرسالها' },
  message: 'الرسالة',
  user: 'المستخدم',
  created: 'أُنشئت',
  attempts: 'المحاولات',
  result: 'النتيجة',
  status: (status) => `الحالة ${status}`,
  deliveredAt: (time) => `سُلّمت: ${time}`,
  failedAt: (time) => `أُوقف الإرسال: ${time}`,
  nextAttempt: (time) => `المحاولة التالية: ${time}`,
  noDelivery: 'لا توجد عملية تسليم مطابقة.',
  acts: 'الإجراءات',
  event: 'حدث التدقيق',
  replay: 'إرسال من جديد',
  replayOf: (type, webhook) => `إرسال من جديد: ${isolate(type)}, ${isolate(webhook)}`,
  replayHelp:
    'للرسالة المعرّف نفسه وبيانات المستخدم الحالية. المستلم الذي عالج المعرّف من قبل يتجاهلها.',
  replayed: 'الرسالة في قائمة الانتظار من جديد.',
};

export default arabic;

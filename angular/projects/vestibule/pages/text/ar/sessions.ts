import type { sessions as english } from '../en/sessions';
import { isolate } from '../isolate';
import { pluralIn } from '../plural';

const plural = pluralIn('ar');

export const sessions: typeof english = {
  'sessions.list': 'أماكن تسجيل دخولك',
  'sessions.help': 'أنهِ أي جلسة لا تعرفها، ثم غيّر كلمة مرورك.',
  'sessions.current': 'هذه الجلسة',
  'sessions.signedInWith': (method) => `تسجيل الدخول عبر: ${method}`,
  'sessions.network': (network) => `عنوان الشبكة: ${isolate(network)}`,
  'sessions.lastSeen': (date) => `آخر نشاط: ${date}`,
  'sessions.started': (date) => `البداية: ${date}`,
  'sessions.endsAt': (date) => `تنتهي في موعد أقصاه: ${date}`,
  'sessions.end': 'إنهاء',
  'sessions.endNamed': (name) => `إنهاء ${name}`,
  'sessions.endQuestion': (name) =>
    `إنهاء الجلسة في ${name}؟ يجب تسجيل الدخول من جديد في ذلك المتصفح، وقد تُفقد فيه البيانات غير المحفوظة.`,
  'sessions.ended': (name) => `انتهت الجلسة في ${name}.`,
  'sessions.endOthers': 'إنهاء جميع الجلسات الأخرى',
  'sessions.endOthersQuestion': (count) =>
    plural(count, {
      one: 'إنهاء الجلسة الأخرى؟ يجب تسجيل الدخول من جديد في ذلك المتصفح.',
      two: 'إنهاء الجلستين الأخريين؟ يجب تسجيل الدخول من جديد في هذين المتصفحين.',
      few: 'إنهاء # جلسات أخرى؟ يجب تسجيل الدخول من جديد في تلك المتصفحات.',
      other: 'إنهاء # جلسة أخرى؟ يجب تسجيل الدخول من جديد في تلك المتصفحات.',
    }),
  'sessions.endedOthers': (count) =>
    plural(count, {
      zero: 'لم تنتهِ أي جلسة أخرى.',
      one: 'انتهت جلسة أخرى واحدة.',
      two: 'انتهت جلستان أخريان.',
      few: 'انتهت # جلسات أخرى.',
      other: 'انتهت # جلسة أخرى.',
    }),
  'sessions.refresh': 'تحديث القائمة',
  'export.title': 'تصدير بياناتك',
  'export.help':
    'ملف JSON فيه كل ما هو محفوظ عنك: الملف الشخصي وطرق تسجيل الدخول والأجهزة والجلسات والنشاط. لا يحتوي على كلمة مرور ولا على مفتاح.',
  'export.download': 'تنزيل',
  'deletion.title': 'حذف حسابك',
  'deletion.help':
    'يُحذف حسابك وكل ما هو محفوظ عنك بعد 7 أيام. تنتهي جلساتك على الأجهزة الأخرى فورًا. حتى ذلك الحين يمكنك تسجيل الدخول والاحتفاظ بحسابك.',
  'deletion.start': 'حذف الحساب',
  'deletion.type': (phrase) => `للتأكيد، اكتب ${isolate(phrase)}`,
  'deletion.wrong': (phrase) => `اكتب ${isolate(phrase)} بالضبط، أو ألغِ.`,
  'deletion.confirm': 'احذف حسابي',
  'deletion.pending': (date) => `سيُحذف حسابك في ${date}.`,
  'deletion.bannerLabel': 'موعد حذف حسابك',
  'deletion.banner': (date) => `سيُحذف حسابك في ${date}. حتى ذلك الحين يمكنك الاحتفاظ به.`,
  'deletion.keep': 'احتفظ بحسابي',
  'deletion.kept': 'سيبقى حسابك.',
};

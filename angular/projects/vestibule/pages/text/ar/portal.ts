import type { portal as english } from '../en/portal';

export const portal: typeof english = {
  'portal.skip': 'انتقل إلى المحتوى',
  'portal.home': (brand) => `${brand}، صفحة البداية`,
  'portal.signOut': 'تسجيل الخروج',
  'portal.signingOut': 'جارٍ تسجيل الخروج…',
  'portal.unreachable': 'تعذّر الوصول إلى الخادم. جارٍ المحاولة من جديد…',
  'portal.checking': 'جارٍ التحقق من أن جلستك ما زالت مفتوحة…',
  'portal.support': 'المساعدة والتواصل',
  'preferences.language': 'اللغة',
  'preferences.theme': 'الألوان',
  'theme.system': 'مثل النظام',
  'theme.light': 'فاتح',
  'theme.dark': 'داكن',
  'loadFailed.title': 'تعذّر تحميل الصفحة',
  'loadFailed.text': 'جزء من هذه الصفحة مفقود: فشل الاتصال، أو ثُبّت إصدار جديد.',
  'loadFailed.again': 'ما زال الوصول إلى الخادم متعذّرًا. تحقق من اتصالك وحاول مرة أخرى.',
};

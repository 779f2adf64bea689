import { isolate } from '@vestibule/angular/console';
import type { CreateTexts } from '../create';

const arabic: CreateTexts = {
  title: 'إنشاء مستخدم',
  help: 'يسجّل المستخدم الدخول باسم المستخدم، أو عبر مزوّد يرسل العنوان المؤكَّد نفسه.',
  emailVerifiedHelp: 'العنوان مؤكَّد: أنت تعلم أن المستخدم يقرأ بريده هناك',
  rolesHelp: 'افصل بين الأدوار بفواصل، أو اترك الحقل فارغًا.',
  access: 'كيف يحصل المستخدم على الوصول',
  ways: {
    'invite-mail': 'إرسال دعوة بالبريد',
    'invite-link': 'عرض رابط لتسليمه',
    'generated-password': 'توليد كلمة مرور يجب على المستخدم تغييرها',
    none: 'بلا كلمة مرور: يسجّل المستخدم الدخول عبر مزوّد',
  },
  mailNeedsAddress: 'تحتاج الدعوة بالبريد إلى عنوان.',
  taken: 'هذه القيمة لمستخدم آخر. اختر قيمة أخرى.',
  submit: 'إنشاء المستخدم',
  created: (name) => `أُنشئ المستخدم ${isolate(name)}.`,
  mailSent: 'الدعوة في الطريق.',
  inviteUrl: 'سلّم هذا الرابط إلى المستخدم. يُعرض الآن فقط ويصلح مرة واحدة.',
  generatedPassword:
    'سلّم كلمة المرور هذه إلى المستخدم. تُعرض الآن فقط، ويجب تغييرها عند أول تسجيل دخول.',
  openUser: 'فتح المستخدم',
  another: 'إنشاء مستخدم آخر',
};

export default arabic;

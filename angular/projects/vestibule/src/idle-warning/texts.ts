import { IdleWarningText } from './options';

/** Returns `42 seconds`, with the plural form of the language. */
function seconds(language: string): (count: number) => string {
  const format = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'long',
  });
  return (count) => format.format(count);
}

/** Texts by language. They are loaded with the dialog, not with the first view. */
const TEXTS: Readonly<Record<string, (count: (seconds: number) => string) => IdleWarningText>> = {
  en: (count) => ({
    title: 'Are you still there?',
    explanation:
      'You have been inactive for a while. To protect your account, you will be signed out.',
    timeLeft: (left) => `${count(left)} left`,
    stay: 'Stay signed in',
    signOut: 'Sign out',
    failed: 'The server could not be reached. Please try again.',
    noticeLabel: 'End of your session',
    endsAt: (time) => `You must sign in again at ${time}. Save your work before then.`,
    dismiss: 'Dismiss',
  }),
  de: (count) => ({
    title: 'Sind Sie noch da?',
    explanation: 'Sie waren eine Weile nicht aktiv. Zum Schutz Ihres Kontos werden Sie abgemeldet.',
    timeLeft: (left) => `Noch ${count(left)}`,
    stay: 'Angemeldet bleiben',
    signOut: 'Abmelden',
    failed: 'Der Server ist nicht erreichbar. Versuchen Sie es erneut.',
    noticeLabel: 'Ende Ihrer Sitzung',
    endsAt: (time) =>
      `Sie müssen sich um ${time} erneut anmelden. Speichern Sie vorher Ihre Arbeit.`,
    dismiss: 'Schließen',
  }),
  fr: (count) => ({
    title: 'Êtes-vous toujours là ?',
    explanation:
      'Vous êtes inactif depuis un moment. Pour protéger votre compte, vous allez être déconnecté.',
    timeLeft: (left) => `Temps restant : ${count(left)}`,
    stay: 'Rester connecté',
    signOut: 'Se déconnecter',
    failed: 'Le serveur est injoignable. Réessayez.',
    noticeLabel: 'Fin de votre session',
    endsAt: (time) =>
      `Vous devrez vous reconnecter à ${time}. Enregistrez votre travail avant cette heure.`,
    dismiss: 'Fermer',
  }),
  es: (count) => ({
    title: '¿Sigue ahí?',
    explanation: 'Lleva un tiempo sin actividad. Para proteger su cuenta, se cerrará la sesión.',
    timeLeft: (left) => `Tiempo restante: ${count(left)}`,
    stay: 'Mantener la sesión',
    signOut: 'Cerrar sesión',
    failed: 'No se puede acceder al servidor. Inténtelo de nuevo.',
    noticeLabel: 'Fin de su sesión',
    endsAt: (time) => `Tendrá que iniciar sesión de nuevo a las ${time}. Guarde antes su trabajo.`,
    dismiss: 'Cerrar',
  }),
  ar: (count) => ({
    title: 'هل ما زلت هنا؟',
    explanation: 'لم يُسجَّل أي نشاط منذ فترة. لحماية حسابك سيُسجَّل خروجك.',
    timeLeft: (left) => `الوقت المتبقي: ${count(left)}`,
    stay: 'البقاء مسجّل الدخول',
    signOut: 'تسجيل الخروج',
    failed: 'يتعذّر الوصول إلى الخادم. أعد المحاولة.',
    noticeLabel: 'نهاية جلستك',
    endsAt: (time) => `عليك تسجيل الدخول من جديد في ${time}. احفظ عملك قبل ذلك.`,
    dismiss: 'إغلاق',
  }),
};

/** Returns the language of the texts for a document with this `lang`. */
export function languageOf(lang: string): string {
  const language = lang.split('-')[0]?.toLowerCase() ?? '';
  return Object.hasOwn(TEXTS, language) ? language : 'en';
}

/** Returns the texts of a language. */
export function textsIn(language: string): IdleWarningText {
  const texts = TEXTS[language] ?? TEXTS['en'];
  if (!texts) throw new Error('the English texts are missing');
  return texts(seconds(language));
}

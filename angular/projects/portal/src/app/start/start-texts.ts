/** Texts of the page of a start problem. It has none of the texts of the application, which may be unable to load. */
const english = {
  cookiesTitle: 'Cookies are blocked',
  cookies: (here: string) =>
    `Your browser blocks the cookies of ${here}. You cannot sign in without them. Allow cookies for this address, then reload the page.`,
  reload: 'Reload',
  addressTitle: 'Wrong address',
  address: (here: string, there: string) =>
    `This page is open at ${here}. You can sign in only at ${there}.`,
  open: (there: string) => `Open ${there} instead`,
};

const TEXTS: Readonly<Record<string, typeof english>> = {
  en: english,
  de: {
    cookiesTitle: 'Cookies sind blockiert',
    cookies: (here) =>
      `Ihr Browser blockiert die Cookies von ${here}. Ohne sie können Sie sich nicht anmelden. Erlauben Sie Cookies für diese Adresse und laden Sie die Seite neu.`,
    reload: 'Neu laden',
    addressTitle: 'Falsche Adresse',
    address: (here, there) =>
      `Diese Seite ist unter ${here} geöffnet. Sie können sich nur unter ${there} anmelden.`,
    open: (there) => `${there} öffnen`,
  },
  fr: {
    cookiesTitle: 'Les cookies sont bloqués',
    cookies: (here) =>
      `Votre navigateur bloque les cookies de ${here}. Sans eux, vous ne pouvez pas vous connecter. Autorisez les cookies pour cette adresse, puis rechargez la page.`,
    reload: 'Recharger',
    addressTitle: 'Mauvaise adresse',
    address: (here, there) =>
      `Cette page est ouverte à l’adresse ${here}. Vous ne pouvez vous connecter qu’à l’adresse ${there}.`,
    open: (there) => `Ouvrir ${there}`,
  },
  es: {
    cookiesTitle: 'Las cookies están bloqueadas',
    cookies: (here) =>
      `Su navegador bloquea las cookies de ${here}. El inicio de sesión las necesita. Permita las cookies para esta dirección y vuelva a cargar la página.`,
    reload: 'Volver a cargar',
    addressTitle: 'Dirección incorrecta',
    address: (here, there) =>
      `Esta página está abierta en ${here}. Solo puede iniciar sesión en ${there}.`,
    open: (there) => `Abrir ${there}`,
  },
  // The isolates keep an address in one piece in a text from right to left.
  ar: {
    cookiesTitle: 'ملفات تعريف الارتباط محظورة',
    cookies: (here) =>
      `يحظر متصفحك ملفات تعريف الارتباط الخاصة بـ \u2068${here}\u2069. لا يمكنك تسجيل الدخول من دونها. اسمح بها لهذا العنوان ثم أعد تحميل الصفحة.`,
    reload: 'إعادة التحميل',
    addressTitle: 'عنوان غير صحيح',
    address: (here, there) =>
      `هذه الصفحة مفتوحة على \u2068${here}\u2069. لا يمكنك تسجيل الدخول إلا على \u2068${there}\u2069.`,
    open: (there) => `فتح \u2068${there}\u2069`,
  },
};

/** Returns the first language of the browser that has texts, and its texts. */
export function startTexts(
  languages: readonly string[],
): [language: string, texts: typeof english] {
  const found = languages
    .map((tag) => tag.split('-')[0] ?? '')
    .find((tag) => Object.hasOwn(TEXTS, tag));
  return [found ?? 'en', TEXTS[found ?? 'en'] ?? english];
}

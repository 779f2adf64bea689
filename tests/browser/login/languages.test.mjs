// The sign-in pages in five languages: texts, direction, dates, small screens and large text.
import assert from 'node:assert/strict';
import { assertAccessible, eventually } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
/** `grace` has an authenticator app and a long name without a blank. */
const grace = userLike(ada, 'grace', {
  displayName: 'GraceBrewsterMurrayHopperOfTheNavy',
  totpSecret: key,
});
const fixture = createFixture({ users: [ada, grace] });

const LANGUAGES = [
  { locale: 'en-GB', title: 'Sign in', wrong: /password is wrong/, code: 'Second factor', dir: 'ltr' },
  { locale: 'de-AT', title: 'Anmelden', wrong: /Passwort ist falsch/, code: 'Zweiter Faktor', dir: 'ltr' },
  { locale: 'fr-CA', title: 'Connexion', wrong: /est incorrect/, code: 'Second facteur', dir: 'ltr' },
  { locale: 'es-MX', title: 'Iniciar sesión', wrong: /son incorrectos/, code: 'Segundo factor', dir: 'ltr' },
  { locale: 'ar-EG', title: 'تسجيل الدخول', wrong: /غير صحيحة/, code: 'عامل المصادقة الثاني', dir: 'rtl' },
];

const fits = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

for (const { locale, title, wrong, code, dir } of LANGUAGES) {
  const language = locale.slice(0, 2);
  fixture.test(
    `a browser with the locale ${locale} gets the pages in its language`,
    async ({ newBrowser }) => {
      const { page } = await newBrowser({
        locale,
        colorScheme: 'dark',
        viewport: { width: 320, height: 720 },
      });
      await page.goto('/login');
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      assert.match(await page.title(), new RegExp(`^${title} · `));
      assert.deepEqual(
        await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]),
        [language, dir],
      );
      await page.locator('#username').fill(grace.username);
      await page.locator('#password').fill('not hers at all');
      await page.keyboard.press('Enter');
      const alert = page.getByRole('alert').filter({ hasText: /\S/ });
      await alert.waitFor();
      assert.match(await alert.innerText(), wrong);
      await assertAccessible(page, `the sign-in page in ${language}`);
      assert.ok(await fits(page), 'the page does not scroll sideways');

      await page.locator('#password').fill(grace.password);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: code }).waitFor();
      assert.match(await page.locator('main').innerText(), /\bgrace\b/, 'the page names the account');
      await page.locator('summary').click();
      await assertAccessible(page, `the second factor in ${language}`);
      // WCAG 1.4.4: text of twice the size.
      await page.setViewportSize({ width: 640, height: 900 });
      await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%', 'important'));
      assert.ok(await fits(page), 'large text does not scroll sideways');
    },
  );
}

fixture.test('the choice on this device comes before the language of the browser', async ({ newBrowser }) => {
  const { page } = await newBrowser({ locale: 'fr-FR' });
  await page.goto('/login');
  await page.getByRole('heading', { level: 1, name: 'Connexion' }).waitFor();
  await page.evaluate(() => localStorage.setItem('vestibule.language', 'de'));
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Anmelden' }).waitFor();
});

fixture.test('only the texts of the language in use are loaded', async ({ newBrowser }) => {
  const { page, requests } = await newBrowser({ locale: 'es-ES' });
  await page.goto('/login');
  await page.getByRole('heading', { level: 1, name: 'Iniciar sesión' }).waitFor();
  const loaded = (language) =>
    requests('GET').filter(({ path }) => new RegExp(`/${language}-[\\w-]+\\.js$`).test(path)).length;
  await eventually('Spanish is loaded', async () => loaded('es') === 1);
  for (const language of ['de', 'fr', 'ar']) assert.equal(loaded(language), 0, language);
});

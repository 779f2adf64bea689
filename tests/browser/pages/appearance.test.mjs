// Every page on desktop and phone, light and dark, and from right to left: axe has no findings, and there is no horizontal
// scrolling at 320 px or with text of twice the size. A screenshot of each page is saved in tests/browser/out.
import assert from 'node:assert/strict';
import {
  assertAccessible,
  assertNoHorizontalScroll,
  desktop,
  phone,
  screenshot,
} from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import {
  enterCode,
  fillSignIn,
  on,
  signIn,
  startEnrolment,
  waitForSecondFactor,
  waitForSignInPage,
} from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const grace = userLike(ada, 'grace', {
  displayName: 'Grace Hopper',
  totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
});
const mary = userLike(ada, 'mary', { displayName: 'Mary Somerville' });
const fixture = createFixture({ users: [ada, grace, mary] });

/** How a new browser reaches each page. */
const pages = {
  login: async (page) => {
    await page.goto('/login');
    await waitForSignInPage(page);
  },
  'login-error': async (page) => {
    await page.goto('/login');
    await fillSignIn(page, { username: 'unknown-name', password: 'not hers at all' });
    await on(page).alert.waitFor();
  },
  'federated-error': async (page) => {
    await page.goto('/login?error=link_ambiguous&trace=01990000-0000-7000-8000-00000000000a&returnTo=%2Fx');
    await on(page).copyId.waitFor();
  },
  'login-cancelled': async (page) => {
    await page.goto('/login?error=login_cancelled&returnTo=%2Fx');
    await page.getByText('You cancelled the sign-in.').waitFor();
  },
  'confirm-login': async (page) => {
    await page.goto('/login?provider=unknown');
    await page.getByRole('link', { name: 'Choose a sign-in method' }).waitFor();
  },
  'link-not-found': async (page) => {
    await page.goto('/link');
    await on(page).heading.filter({ hasText: 'Nothing to link' }).waitFor();
  },
  'second-factor': async (page) => {
    await page.goto('/login');
    await fillSignIn(page, grace);
    await waitForSecondFactor(page);
  },
  'mfa-setup': async (page) => {
    await signIn(page, ada);
    await page.goto('/mfa-setup');
    await on(page).enrol.waitFor();
  },
  'mfa-setup-key': async (page) => {
    await signIn(page, ada);
    await page.goto('/mfa-setup');
    await startEnrolment(page);
  },
  'mfa-setup-finished': async (page) => {
    await signIn(page, mary);
    await page.goto('/mfa-setup');
    const authenticator = new Authenticator(await startEnrolment(page));
    await enterCode(page, await authenticator.code());
    await on(page).enrolled.waitFor();
  },
  dashboard: async (page) => signIn(page, ada),
  'not-found': async (page) => {
    await page.goto('/no/such/page');
    await on(page).heading.waitFor();
  },
};

for (const [name, reach] of Object.entries(pages)) {
  fixture.test(
    `${name} is accessible and fits on desktop and phone, light and dark`,
    async ({ newBrowser }) => {
      const { page } = await newBrowser();
      await reach(page);
      assert.equal(await on(page).heading.count(), 1, 'one h1');
      assert.ok((await page.title()).length > 0);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        for (const [screen, viewport] of Object.entries({ desktop, phone })) {
          await page.setViewportSize(viewport);
          await assertAccessible(page, `${name}, ${screen}, ${colorScheme}`);
          await screenshot(page, `${name}-${screen}-${colorScheme}`);
        }
      }
      const light = await backgroundOf(page, 'light');
      const dark = await backgroundOf(page, 'dark');
      assert.notEqual(light, dark, 'the colour schemes differ');

      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize({ width: 320, height: 640 });
      await assertNoHorizontalScroll(page, name);
      await screenshot(page, `${name}-320`);
      await page.setViewportSize(phone);
      await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
      await assertNoHorizontalScroll(page, `${name} with large text`);
      await screenshot(page, `${name}-phone-large-text`);
      await page.evaluate(() => (document.documentElement.style.fontSize = ''));
      await page.setViewportSize({ width: 1920, height: 1080 });
      await screenshot(page, `${name}-1920`);

      // A reload leaves some pages at their first step, which is a page like any other.
      await page.evaluate(() => localStorage.setItem('vestibule.language', 'ar'));
      await page.reload();
      await on(page).heading.waitFor();
      assert.equal(await page.locator('html').getAttribute('dir'), 'rtl');
      for (const [screen, viewport] of Object.entries({ desktop, phone })) {
        await page.setViewportSize(viewport);
        await assertAccessible(page, `${name}, ${screen}, right to left`);
        await assertNoHorizontalScroll(page, `${name}, ${screen}, right to left`);
        await screenshot(page, `${name}-${screen}-rtl`);
      }
    },
  );
}

async function backgroundOf(page, colorScheme) {
  await page.emulateMedia({ colorScheme });
  return page.evaluate(
    () =>
      `${getComputedStyle(document.documentElement).backgroundColor} ${getComputedStyle(document.body).backgroundColor}`,
  );
}

fixture.test('the sign-in page fits with text of twice the size', async ({ newBrowser }) => {
  const { page } = await newBrowser({ viewport: phone });
  await page.goto('/login');
  await waitForSignInPage(page);
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await assertNoHorizontalScroll(page, 'the sign-in page with large text');
  await screenshot(page, 'login-phone-large-text');
});

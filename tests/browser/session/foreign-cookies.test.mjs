// Cookies of other applications on the host, two services on one host, a wrong address, and blocked cookies.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { checkAppearance, screenshot } from '../harness/browser.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { fillSignIn, on, signIn, waitForDashboard, waitForSignInPage } from '../harness/pages.mjs';
import { makeStore, startService } from '../harness/service.mjs';

const fixture = createFixture();

const FOREIGN = ['%E0%A4%A', '', '"quoted"', 'another-application', 'A'.repeat(64)];

for (const value of FOREIGN)
  fixture.test(
    `an XSRF-TOKEN of another application does not keep a user out: ${value.slice(0, 20)}`,
    async ({ newBrowser, service }) => {
      const { page, context, requests } = await newBrowser();
      // Another application of the host sets it for longer paths: browsers send it before ours.
      const foreign = ['/api', '/api/auth', '/login'].map((path) => ({
        name: 'XSRF-TOKEN',
        value,
        domain: 'localhost',
        path,
      }));
      await context.addCookies(foreign);
      await signIn(page, ada);
      await on(page).signOut.click();
      await waitForSignInPage(page);
      assert.equal(requests('GET', '/api/auth/csrf-token').length <= 2, true, 'one request for each session');
      assert.equal(
        (await context.cookies(`${service.url}/login`)).filter(({ name }) => name === 'XSRF-TOKEN').length,
        2,
      );
    },
    // A refused request is logged by the browser.
    { consoleErrors: true },
  );

fixture.test('a session cookie of a longer path neither locks out nor signs in', async ({ newBrowser }) => {
  const { page, context, cookie } = await newBrowser();
  await signIn(page, ada);
  const { name } = await cookie('vestibule');
  await context.addCookies([
    { name, value: 'AAAAAAAAAAAAAAAAAAAAAA', domain: 'localhost', path: '/api' },
    { name, value: '%E0%A4%A', domain: 'localhost', path: '/api/auth' },
  ]);
  await page.reload();
  await waitForDashboard(page);
  await on(page).signOut.click();
  await waitForSignInPage(page);
});

describe('two services on one host', () => {
  let store;
  let other;
  before(async () => {
    store = await makeStore();
    other = await startService({ store });
    await other.seed([ada]);
  });
  after(async () => {
    await other?.stop();
    await store?.remove();
  });

  fixture.test(
    'do not sign each other’s users out',
    async ({ newBrowser, service }) => {
      const { page, newTab } = await newBrowser();
      await signIn(page, ada);
      const second = await newTab();
      await second.goto(`${other.url}/login`);
      await fillSignIn(second, ada);
      await waitForDashboard(second);
      await page.goto(`${service.url}/`);
      await waitForDashboard(page);
      await on(page).signOut.click();
      await waitForSignInPage(page);
      await second.reload();
      await waitForDashboard(second);
    },
    { consoleErrors: true },
  );
});

fixture.test('a page at the wrong address links to the right one', async ({ newBrowser, service }) => {
  const { page } = await newBrowser();
  const { port } = new URL(service.url);
  await page.goto(`http://127.0.0.1:${port}/login?returnTo=%2Faccount%3Ftab%3Dways`);
  await on(page).heading.filter({ hasText: 'Wrong address' }).waitFor();
  await checkAppearance(page, 'wrong-address');
  await page.getByRole('link', { name: `Open ${service.url} instead` }).click();
  await waitForSignInPage(page);
  assert.equal(page.url(), `${service.url}/login?returnTo=%2Faccount%3Ftab%3Dways`);
});

fixture.test(
  'a page at the wrong address has the language of the browser',
  async ({ newBrowser, service }) => {
    const { page } = await newBrowser({ locale: 'ar' });
    await page.goto(`http://127.0.0.1:${new URL(service.url).port}/login`);
    await on(page).heading.filter({ hasText: 'عنوان غير صحيح' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('dir'), 'rtl');
    await checkAppearance(page, 'wrong-address-arabic');
  },
);

fixture.test('blocked cookies are named', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  await context.addInitScript(() =>
    Object.defineProperty(Navigator.prototype, 'cookieEnabled', { get: () => false }),
  );
  await page.goto('/login');
  await on(page).heading.filter({ hasText: 'Cookies are blocked' }).waitFor();
  await checkAppearance(page, 'cookies-blocked');
});

fixture.test(
  'the sign-in page says that cookies are blocked when they do not come back',
  async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    // As a browser with blocked cookies: none is stored, none is sent.
    await context.route('**/*', async (route) => {
      const response = await route.fetch({ headers: { ...route.request().headers(), cookie: '' } });
      const headers = response.headers();
      delete headers['set-cookie'];
      await route.fulfill({ response, headers });
    });
    await page.goto('/login');
    await waitForSignInPage(page);
    await fillSignIn(page, ada);
    await on(page).alert.filter({ hasText: 'Your browser blocks the cookies of this page' }).waitFor();
    await screenshot(page, 'login-cookies-blocked-desktop-light');
  },
  { consoleErrors: true },
);

// The pages of an organisation: its name, colour and support link, and nothing of this product.
import assert from 'node:assert/strict';
import { assertAccessible, screenshot } from '../harness/browser.mjs';
import { createFixture } from '../harness/fixture.mjs';
import { on, waitForSignInPage } from '../harness/pages.mjs';

const fixture = createFixture({
  settings: {
    VESTIBULE_BRAND_NAME: 'Harbour & Söhne',
    // Too light for white text, and for text on a white card.
    VESTIBULE_BRAND_COLOR: '#ffd400',
    VESTIBULE_BRAND_SUPPORT_URL: 'https://support.corp.example/',
  },
});

fixture.test('the pages show the organisation, with readable colours', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login');
  await waitForSignInPage(page);
  assert.equal(await page.title(), 'Sign in · Harbour & Söhne');
  assert.equal(await page.getByRole('banner').innerText(), 'Harbour & Söhne');
  assert.doesNotMatch(await page.locator('body').innerText(), /Vestibule/);
  assert.equal(await page.locator('vestibule-sign-in-illustration').isVisible(), false);
  const support = page.getByRole('link', { name: 'Help and contact' });
  assert.equal(await support.getAttribute('href'), 'https://support.corp.example/');
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `branded login, ${colorScheme}`);
    await screenshot(page, `brand-login-${colorScheme}`);
  }
});

fixture.test('a page for printing is light', async ({ newBrowser }) => {
  const { page } = await newBrowser({ colorScheme: 'dark' });
  await page.goto('/login');
  await waitForSignInPage(page);
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await background();
  await page.emulateMedia({ media: 'print' });
  assert.notEqual(await background(), dark);
  assert.equal(await background(), 'rgb(246, 244, 239)');
});

fixture.test('language and theme of a visitor are kept on the device', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login');
  await waitForSignInPage(page);
  await page.getByLabel('Colours').selectOption('dark');
  await page.getByLabel('Language').selectOption('ar');
  await on(page).heading.filter({ hasText: 'تسجيل الدخول' }).waitFor();
  await page.reload();
  await on(page).heading.filter({ hasText: 'تسجيل الدخول' }).waitFor();
  const root = page.locator('html');
  assert.equal(await root.getAttribute('dir'), 'rtl');
  assert.equal(await root.getAttribute('data-theme'), 'dark');
});

// Deep links through the login.
import assert from 'node:assert/strict';
import { ada, createFixture } from '../harness/fixture.mjs';
import { fillSignIn, on, waitForDashboard, waitForSignInPage } from '../harness/pages.mjs';

const fixture = createFixture();

fixture.test('a deep link with query and fragment is kept through the login', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/?tab=devices#second');
  await waitForSignInPage(page);
  await fillSignIn(page, ada);
  await waitForDashboard(page);
  const { search, hash } = new URL(page.url());
  assert.deepEqual([search, hash], ['?tab=devices', '#second']);
});

fixture.test('a deep link to another page is kept through the login', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/mfa-setup');
  await waitForSignInPage(page);
  await fillSignIn(page, ada);
  await page.waitForURL('**/mfa-setup');
  await on(page).enrol.waitFor();
});

const elsewhere = [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  '/%5Cevil.example',
  'javascript:alert(1)',
];
for (const address of elsewhere) {
  fixture.test(`a return path to another origin is ignored: ${address}`, async ({ newBrowser, service }) => {
    const { page } = await newBrowser();
    await page.goto(`/login?returnTo=${encodeURIComponent(address)}`);
    await fillSignIn(page, ada);
    await waitForDashboard(page);
    assert.equal(new URL(page.url()).origin, service.url);
  });
}

fixture.test('the sign-in page redirects a signed-in user to the dashboard', async ({ newBrowser }) => {
  const { page, newTab } = await newBrowser();
  await page.goto('/login');
  await fillSignIn(page, ada);
  await waitForDashboard(page);
  const tab = await newTab();
  await tab.goto('/login');
  await waitForDashboard(tab);
});

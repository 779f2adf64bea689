// A link into the app survives the way through the door.
import assert from 'node:assert/strict';
import { ada, open } from '../harness/house.mjs';
import { dashboard, fillSignIn, on, signInPage } from '../harness/pages.mjs';

const house = open();

house.test('a deep link comes back after signing in, with its question and anchor', async ({ visit }) => {
  const { page } = await visit();
  await page.goto('/?tab=devices#second');
  await signInPage(page);
  await fillSignIn(page, ada);
  await dashboard(page);
  const { search, hash } = new URL(page.url());
  assert.deepEqual([search, hash], ['?tab=devices', '#second']);
});

house.test('a deep link to another page comes back too', async ({ visit }) => {
  const { page } = await visit();
  await page.goto('/mfa-setup');
  await signInPage(page);
  await fillSignIn(page, ada);
  await page.waitForURL('**/mfa-setup');
  await on(page).setUp.waitFor();
});

const elsewhere = [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  '/%5Cevil.example',
  'javascript:alert(1)',
];
for (const address of elsewhere) {
  house.test(`a way back to another origin is not taken: ${address}`, async ({ visit, service }) => {
    const { page } = await visit();
    await page.goto(`/login?returnTo=${encodeURIComponent(address)}`);
    await fillSignIn(page, ada);
    await dashboard(page);
    assert.equal(new URL(page.url()).origin, service.url);
  });
}

house.test('who is signed in already is not asked again', async ({ visit }) => {
  const { page, newTab } = await visit();
  await page.goto('/login');
  await fillSignIn(page, ada);
  await dashboard(page);
  const tab = await newTab();
  await tab.goto('/login');
  await dashboard(tab);
});

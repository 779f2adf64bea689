// A link into the app survives the way through the door.
import assert from 'node:assert/strict';
import { ada, open } from '../harness/house.mjs';
import { fillSignIn, on } from '../harness/pages.mjs';

const house = open();

house.test('a deep link comes back after signing in, with its question and anchor', async ({ visit }) => {
  const { page } = await visit();
  await page.goto('/dashboard?tab=devices#second');
  await page.waitForURL('**/login*');
  await fillSignIn(page, ada);
  await page.waitForURL((url) => url.pathname === '/dashboard');
  const { search, hash } = new URL(page.url());
  assert.equal(search, '?tab=devices');
  assert.equal(hash, '#second');
});

for (const elsewhere of [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  '/%5Cevil.example',
  'javascript:alert(1)',
]) {
  house.test(`a return path of another origin is not followed: ${elsewhere}`, async ({ visit, service }) => {
    const { page } = await visit();
    await page.goto(`/login?returnTo=${encodeURIComponent(elsewhere)}`);
    await fillSignIn(page, ada);
    await on(page).signOut.waitFor();
    assert.equal(new URL(page.url()).origin, service.url);
  });
}

house.test('who is signed in already is not asked again', async ({ visit }) => {
  const { page, newTab } = await visit();
  await page.goto('/login');
  await fillSignIn(page, ada);
  await on(page).signOut.waitFor();
  const tab = await newTab();
  await tab.goto('/login');
  await tab.waitForURL('**/dashboard');
});

// Leaving.
import assert from 'node:assert/strict';
import { ada, open } from '../harness/house.mjs';
import { on, signIn, signInPage } from '../harness/pages.mjs';

const house = open();

house.test('signing out ends the session and takes the cookie away', async ({ visit, service }) => {
  const { page, cookie } = await visit();
  await signIn(page, ada);
  const { value } = await cookie('vestibule');
  await on(page).signOut.click();
  await signInPage(page);
  assert.equal(await cookie('vestibule'), undefined);
  // Nor does the old value open anything: the session itself is over.
  const old = await fetch(`${service.url}/api/auth/me`, { headers: { cookie: `vestibule=${value}` } });
  assert.equal(old.status, 401);
  assert.equal((await old.json()).reason, 'signed_out');
});

house.test('after signing out the back button shows nothing', async ({ visit }) => {
  const { page } = await visit();
  await signIn(page, ada);
  await on(page).signOut.click();
  await signInPage(page);
  for (let steps = 0; steps < 3; steps++) {
    await page.goBack();
    await page.waitForTimeout(300);
    assert.doesNotMatch(await page.locator('body').innerText(), /Ada Lovelace/);
  }
});

house.test('signing out stops the keep-alive', async ({ visit }) => {
  const { page, requests } = await visit();
  await signIn(page, ada);
  await on(page).signOut.click();
  await signInPage(page);
  const before = requests('POST', '/api/auth/keep-alive').length;
  for (let n = 0; n < 15; n++) {
    await page.mouse.move(50 + n * 10, 60);
    await page.waitForTimeout(200);
  }
  assert.equal(requests('POST', '/api/auth/keep-alive').length, before);
});

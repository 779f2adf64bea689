// Logout of a password session.
import assert from 'node:assert/strict';
import { moveMouseUntil, timePassed } from '../harness/browser.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { on, signIn, waitForSignInPage } from '../harness/pages.mjs';

const fixture = createFixture();

fixture.test('sign-out ends the session and removes the cookie', async ({ newBrowser, service }) => {
  const { page, cookie } = await newBrowser();
  await signIn(page, ada);
  const { name, value } = await cookie('vestibule');
  await on(page).signOut.click();
  await waitForSignInPage(page);
  assert.equal(await cookie('vestibule'), undefined);
  // The session itself has ended: the old cookie value is refused.
  const old = await fetch(`${service.url}/api/auth/me`, { headers: { cookie: `${name}=${value}` } });
  assert.equal(old.status, 401);
  assert.equal((await old.json()).reason, 'signed_out');
});

fixture.test('after sign-out the back button shows no account data', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, ada);
  await on(page).signOut.click();
  await waitForSignInPage(page);
  for (let steps = 0; steps < 3; steps++) {
    await page.goBack();
    const name = page.getByText('Ada Lovelace').first();
    await assert.rejects(name.waitFor({ timeout: 500 }), { name: 'TimeoutError' });
  }
});

fixture.test('sign-out stops the keep-alive', async ({ newBrowser }) => {
  const { page, requests } = await newBrowser();
  await signIn(page, ada);
  await on(page).signOut.click();
  await waitForSignInPage(page);
  const before = requests('POST', '/api/auth/keep-alive').length;
  await moveMouseUntil([page], timePassed(3_000));
  assert.equal(requests('POST', '/api/auth/keep-alive').length, before);
});

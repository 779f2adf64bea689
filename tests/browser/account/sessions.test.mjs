// The sessions of a user in two browsers.
import assert from 'node:assert/strict';
import { checkAppearance } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import {
  fillSignIn,
  on,
  openSection,
  signIn,
  waitForDashboard,
  waitForSignInPage,
} from '../harness/pages.mjs';

const [agnes, beryl, clara] = ['agnes', 'beryl', 'clara'].map((name) => userLike(ada, name));
const fixture = createFixture({ users: [agnes, beryl, clara] });
const replicas = createFixture({ users: [clara], store: 'mongodb', replicas: 2 });

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1';

const list = (page) => page.getByRole('region', { name: 'Where you are signed in' });
const items = (page) => list(page).getByRole('listitem');
/** Waits until the list has loaded with that many sessions. */
async function waitForItems(page, count) {
  await items(page)
    .nth(count - 1)
    .waitFor();
  await items(page).nth(count).waitFor({ state: 'detached' });
}
const press = (scope, name) => scope.getByRole('button', { name, exact: true }).click();

/** Waits for the sign-in page of a browser whose session was ended in another one. */
async function waitForEnd(page) {
  await waitForSignInPage(page);
  await page.getByText('Your session was ended from another device or by an administrator.').waitFor();
}

fixture.test('a session of another browser is ended, and its tab says why', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  await signIn(page, agnes);
  const phone = await newBrowser({ userAgent: IPHONE });
  await signIn(phone.page, agnes);
  await openSection(page, 'Sessions');
  const [own, other] = [await items(page).nth(0).innerText(), await items(page).nth(1).innerText()];
  assert.match(own, /^Chrome on Linux\s+this session\s+Signed in with: Password\n/);
  assert.match(own, /Network address: .?127\.0\.0\.1/);
  assert.match(own, /Last active: .*\n+Started: .*\n+Ends at the latest: /);
  assert.match(other, /^Safari on iPhone\s+Signed in with: Password/);
  await checkAppearance(page, 'account-sessions');

  await press(list(page), 'End Safari on iPhone');
  await press(page.getByRole('group', { name: /^End the session/ }), 'End');
  await waitForEnd(phone.page);
  await page.getByText('The session in Safari on iPhone has ended.').waitFor();
  await waitForItems(page, 1);
  assert.equal((await phone.context.request.get('/api/auth/me')).status(), 401);
  assert.equal((await context.request.get('/api/auth/me')).status(), 200);
  // The user signs in again and comes back to the same page.
  await fillSignIn(phone.page, agnes);
  await waitForDashboard(phone.page);
});

fixture.test('all other sessions are ended at once, and this one stays', async ({ newBrowser }) => {
  const { page, newTab } = await newBrowser();
  await signIn(page, beryl);
  const others = [await newBrowser(), await newBrowser({ userAgent: IPHONE })];
  for (const other of others) await signIn(other.page, beryl);
  const tab = await newTab();
  await tab.goto('/');
  await waitForDashboard(tab);
  await openSection(page, 'Sessions');
  await waitForItems(page, 3);
  await press(list(page), 'End all other sessions');
  const question = page.getByRole('group', { name: 'End the 2 other sessions?' });
  await question.waitFor();
  await page.keyboard.press('Escape');
  // Its button has the same name as the one that opens it.
  await question.waitFor({ state: 'hidden' });
  await press(list(page), 'End all other sessions');
  await press(question, 'End all other sessions');
  await page.getByText('2 other sessions have ended.').waitFor();
  for (const other of others) await waitForEnd(other.page);
  await waitForItems(page, 1);
  assert.equal(await list(page).getByRole('button', { name: 'End all other sessions' }).count(), 0);
  await tab.reload();
  await waitForDashboard(tab);
});

fixture.test(
  'the list follows sign-ins elsewhere when the user returns to the tab',
  async ({ newBrowser }) => {
    const { page, newTab, requests } = await newBrowser();
    await signIn(page, clara);
    await openSection(page, 'Sessions');
    await items(page).first().waitFor();
    const other = await newBrowser({ userAgent: IPHONE });
    await signIn(other.page, clara);
    // Headless Chromium shows every tab, so the event is sent by hand.
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await list(page).getByText('Safari on iPhone').waitFor();
    await (await newTab()).close();
    const before = requests('GET', '/api/account/sessions').length;
    await on(other.page).signOut.click();
    await waitForSignInPage(other.page);
    await press(list(page), 'Refresh the list');
    await list(page).getByText('Safari on iPhone').waitFor({ state: 'detached' });
    assert.equal(requests('GET', '/api/account/sessions').length, before + 1);
  },
);

replicas.test('a session at another replica ends, and its tab says why', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, clara);
  const other = await newBrowser({ replica: 1, userAgent: IPHONE });
  await signIn(other.page, clara);
  await openSection(page, 'Sessions');
  await press(list(page), 'End Safari on iPhone');
  const ended = waitForEnd(other.page);
  await press(page.getByRole('group', { name: /^End the session/ }), 'End');
  await ended;
});

// The dashboard: profile, session and deadlines.
import assert from 'node:assert/strict';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import { on, signIn, signInWithCode } from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const grace = userLike(ada, 'grace', { displayName: 'Grace Hopper', totpSecret: key, roles: 'admin' });
const fixture = createFixture({ users: [ada, grace] });

const region = (page, name) => page.getByRole('region', { name }).innerText();

fixture.test('the dashboard shows the user and the sign-in method', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, ada);
  const you = await region(page, 'Profile');
  for (const part of [/Ada Lovelace/, /\bada\b/, /ada@corp\.example\s+verified/]) assert.match(you, part);
  assert.match(await region(page, 'This session'), /Signed in with\s+Password$/m);
});

fixture.test('the dashboard shows factors and roles', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signInWithCode(page, grace, new Authenticator(key));
  assert.match(await region(page, 'Profile'), /\badmin\b/);
  assert.match(await region(page, 'This session'), /Password, then authenticator app/);
});

fixture.test('both deadlines are shown once, without a running second', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, ada);
  const before = await region(page, 'This session');
  // The weekday is shown when the session ends after midnight.
  assert.match(before, /Ends without activity\s+(\w+ )?\d+:\d\d\s+Ends at the latest\s+(\w+ )?\d+:\d\d$/m);
  assert.equal((await page.locator('body').innerText()).split('Ada Lovelace').length, 2, 'one name');
});

fixture.test('language and theme are kept: in the account and on the device', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, ada);
  await page.getByLabel('Colours').selectOption('dark');
  const stored = page.waitForResponse((response) => response.request().method() === 'PATCH');
  await page.getByLabel('Language').selectOption('de');
  assert.equal((await stored).status(), 200);
  await on(page).heading.filter({ hasText: 'Ihr Konto' }).waitFor();
  assert.equal(await page.title(), 'Ihr Konto · Vestibule');
  await page.reload();
  await on(page).heading.filter({ hasText: 'Ihr Konto' }).waitFor();
  const root = page.locator('html');
  assert.equal(await root.getAttribute('lang'), 'de');
  assert.equal(await root.getAttribute('data-theme'), 'dark');

  const other = await newBrowser();
  await signIn(other.page, ada);
  await on(other.page).heading.filter({ hasText: 'Ihr Konto' }).waitFor();
});

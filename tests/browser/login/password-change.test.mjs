// The page /change-password: a change that completes a sign-in, and a change by a signed-in user.
import assert from 'node:assert/strict';
import { checkAppearance } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import {
  enterCode,
  fillSignIn,
  on,
  signIn,
  waitForDashboard,
  waitForSecondFactor,
  waitForSignInPage,
} from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const next = 'nine kettles under the lighthouse';
const [joy, ida] = ['joy', 'ida'].map((name) => userLike(ada, name, { mustChangePassword: 'true' }));
const vera = userLike(ada, 'vera', { mustChangePassword: 'true', totpSecret: key });
const nettie = userLike(ada, 'nettie');
const fixture = createFixture({ users: [joy, ida, vera, nettie] });

const newPassword = (page) => page.getByLabel('New password', { exact: true });
const save = (page) => page.getByRole('button', { name: 'Save the new password' }).click();
const changed = (page) => page.getByRole('heading', { name: 'Your password was changed' }).waitFor();

async function waitForChange(page) {
  await page.waitForURL('**/change-password*');
  await newPassword(page).waitFor();
}

fixture.test('a required change completes the sign-in and leads to the deep link', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  await page.goto('/?from=a-bookmark');
  await waitForSignInPage(page);
  await fillSignIn(page, joy);
  await waitForChange(page);
  await page.getByText('Account: joy').waitFor();
  assert.equal((await context.request.get('/api/auth/me')).status(), 401, 'no account before the change');
  assert.equal(await page.getByLabel('Current password').count(), 0);
  await checkAppearance(page, 'change-password-required');

  // Another page leads back to the change.
  await page.goto('/?from=a-bookmark');
  await waitForChange(page);
  await newPassword(page).fill('password1234567');
  await save(page);
  await on(page).alert.filter({ hasText: 'Choose a different one.' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'new-password');
  await newPassword(page).fill('short');
  await save(page);
  await on(page).alert.filter({ hasText: 'Use at least 15 characters.' }).waitFor();
  await newPassword(page).fill(joy.password);
  await save(page);
  await on(page).alert.filter({ hasText: 'This is your current password.' }).waitFor();
  await newPassword(page).fill(next);
  await save(page);
  await changed(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await waitForDashboard(page);
  assert.equal(new URL(page.url()).search, '?from=a-bookmark');

  const { page: elsewhere } = await newBrowser();
  await elsewhere.goto('/login');
  await fillSignIn(elsewhere, joy);
  await on(elsewhere).alert.filter({ hasText: 'user name or the password is wrong' }).waitFor();
  await signIn(elsewhere, { ...joy, password: next });
});

fixture.test('a required change comes after the second factor', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login');
  await fillSignIn(page, vera);
  await waitForSecondFactor(page);
  await page.goto('/change-password');
  await waitForSecondFactor(page);
  await enterCode(page, await new Authenticator(key).code());
  await waitForChange(page);
  await newPassword(page).fill(next);
  await save(page);
  await changed(page);
});

fixture.test('a required change can only be left by signing out', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  await page.goto('/login');
  await fillSignIn(page, ida);
  await waitForChange(page);
  await on(page).cancel.click();
  await waitForSignInPage(page);
  assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
});

fixture.test('a user changes the password, and the other sessions end', async ({ newBrowser }) => {
  const { page: other } = await newBrowser();
  await signIn(other, nettie);
  const { page } = await newBrowser();
  // Password managers open this address.
  await page.goto('/.well-known/change-password');
  await waitForSignInPage(page);
  await fillSignIn(page, nettie);
  await waitForChange(page);
  const userName = page.locator('form input[autocomplete=username]');
  assert.equal(await userName.inputValue(), 'nettie');
  await checkAppearance(page, 'change-password');

  await page.getByLabel('Current password').fill('not my password');
  await newPassword(page).fill(next);
  await save(page);
  await on(page).alert.filter({ hasText: 'The current password is wrong.' }).waitFor();
  await page.getByLabel('Current password').fill(nettie.password);
  await newPassword(page).fill('nettie nettie nettie');
  await save(page);
  await on(page).alert.filter({ hasText: 'contains your name' }).waitFor();
  await newPassword(page).fill(next);
  await page.getByText(/^Strength: (good|very good)\./).waitFor();
  await save(page);
  await changed(page);
  await other.waitForURL('**/login*');
  await other.getByText('Your password was changed.').waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await waitForDashboard(page);
});

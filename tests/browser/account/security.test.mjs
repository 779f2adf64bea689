// The security section: authenticator apps, recovery codes, password and devices.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { checkAppearance } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import {
  enterCode,
  fillSignIn,
  finishEnrolment,
  on,
  openSection,
  saveRecoveryCodes,
  signIn,
  signInWithCode,
  startEnrolment,
  waitForDashboard,
  waitForSecondFactor,
  waitForSignInPage,
} from '../harness/pages.mjs';
import { ageAuthentication } from '../harness/session-age.mjs';
import { Authenticator } from '../harness/totp.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const [agnes, beryl] = ['agnes', 'beryl'].map((name) => userLike(ada, name));
const [clara, dora] = ['clara', 'dora'].map((name) => userLike(ada, name, { totpSecret: key }));

const card = (page, name) => page.getByRole('region', { name, exact: true });
const press = (scope, name) => scope.getByRole('button', { name, exact: true }).click();

/** Opens the section of a signed-in user and waits for its cards. */
async function openSecurity(page) {
  await openSection(page, 'Security');
  await card(page, 'Authenticator apps').waitFor();
}

/** Adds an app with a name, from the security section and back to it. Returns the app and new recovery codes. */
async function addApp(page, name) {
  await on(page).goToEnrolment.click();
  await page.waitForURL('**/mfa-setup*');
  await page.getByLabel(/name/i).fill(name);
  const authenticator = new Authenticator(await startEnrolment(page));
  await enterCode(page, await authenticator.code());
  const codes = await finishEnrolment(page);
  await page.waitForURL('**/?section=security');
  await card(page, 'Authenticator apps').getByText(name, { exact: true }).waitFor();
  return { authenticator, codes };
}

describe('the authenticator apps', () => {
  const fixture = createFixture({ users: [agnes, clara, dora], store: 'mongodb' });

  fixture.test('are added, used, renamed and removed', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await signIn(page, agnes);
    await openSecurity(page);
    const apps = card(page, 'Authenticator apps');
    assert.match(await apps.innerText(), /protects your account if your password is stolen/);
    const phone = await addApp(page, 'Phone');
    assert.equal(phone.codes.length, 10);
    await card(page, 'Recovery codes').getByText('10 codes are left.').waitFor();
    const tablet = await addApp(page, 'Tablet');
    assert.equal(tablet.codes, undefined, 'only the first app brings recovery codes');
    assert.match(await apps.innerText(), /Phone[\s\S]*Tablet\s+added on .*\s+last used on /);

    const { page: elsewhere } = await newBrowser();
    await signInWithCode(elsewhere, agnes, tablet.authenticator);
    const { page: other } = await newBrowser();
    await signInWithCode(other, agnes, phone.authenticator);

    await press(page, 'Rename Tablet');
    await page.getByRole('textbox', { name: 'Name of the app' }).fill('Old tablet');
    await page.keyboard.press('Enter');
    await page.getByText('The app is now called').waitFor();
    await apps.getByText('Old tablet', { exact: true }).waitFor();
    assert.match(await apps.innerText(), /Old tablet\s+added on .*\s+last used on /);
    await checkAppearance(page, 'account-security');

    await press(page, 'Remove Old tablet');
    const question = page.getByRole('group', { name: /^Remove .?Old tablet/ });
    assert.match(await question.innerText(), /Its codes no longer work/);
    await checkAppearance(page, 'account-security-remove');
    await press(question, 'Remove');
    await page.getByText(/Old tablet.? is removed/).waitFor();
    // The other sessions end, with the reason.
    await elsewhere.waitForURL('**/login*');
    await elsewhere.getByText('How you sign in was changed.').waitFor();

    await fillSignIn(elsewhere, agnes);
    await waitForSecondFactor(elsewhere);
    await enterCode(elsewhere, await tablet.authenticator.code());
    await on(elsewhere).alert.filter({ hasText: 'code is wrong' }).waitFor();
    await enterCode(elsewhere, await phone.authenticator.code());
    await waitForDashboard(elsewhere);

    await press(page, 'Remove Phone');
    await page.getByText('no code protects your account').waitFor();
    await press(page.getByRole('group', { name: /^Remove .?Phone/ }), 'Remove');
    await page.getByText('Set up authenticator app').waitFor();
    assert.equal(await card(page, 'Recovery codes').count(), 0);
  });

  fixture.test('need a recent proof, which a dialog asks for', async ({ newBrowser, store }) => {
    const { page } = await newBrowser();
    const authenticator = new Authenticator(key);
    await signInWithCode(page, dora, authenticator);
    await openSecurity(page);
    await ageAuthentication(store);
    await page.getByRole('button', { name: /^Rename / }).click();
    await page.getByRole('textbox', { name: 'Name of the app' }).fill('Work phone');
    await page.keyboard.press('Enter');
    await on(page).reauthentication.waitFor();
    await page.keyboard.press('Escape');
    await on(page).reauthentication.waitFor({ state: 'detached' });
    const field = page.getByRole('textbox', { name: 'Name of the app' });
    assert.equal(await field.inputValue(), 'Work phone', 'the input is kept');
    await field.press('Enter');
    await enterCode(page, await authenticator.code());
    await card(page, 'Authenticator apps').getByText('Work phone', { exact: true }).waitFor();
  });

  fixture.test('have recovery codes, which are replaced and shown once', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    const authenticator = new Authenticator(key);
    await signInWithCode(page, clara, authenticator);
    await openSecurity(page);
    const codes = card(page, 'Recovery codes');
    const replace = async () => {
      await press(codes, 'Create new codes');
      await press(page.getByRole('group', { name: /^Create / }), 'Create new codes');
      await on(page).savedCodes.waitFor();
      await checkAppearance(page, 'account-recovery-codes');
      const created = await saveRecoveryCodes(page);
      await codes.getByText('10 codes are left.').waitFor();
      assert.equal(await page.getByText(created[0]).count(), 0, 'the codes are shown once');
      return created;
    };
    const old = await replace();
    const created = await replace();
    assert.equal(new Set([...old, ...created]).size, 20);

    const { page: elsewhere } = await newBrowser();
    await elsewhere.goto('/login');
    await fillSignIn(elsewhere, clara);
    await waitForSecondFactor(elsewhere);
    await elsewhere.getByRole('button', { name: /recovery code/i }).click();
    const field = elsewhere.getByLabel(/recovery code/i);
    await field.fill(old[0]);
    await field.press('Enter');
    await on(elsewhere).alert.first().waitFor();
    await field.fill(created[0]);
    await field.press('Enter');
    await waitForDashboard(elsewhere);
    await page.reload();
    await codes.getByText('9 codes are left.').waitFor();
  });
});

describe('where a second factor is required', () => {
  const fixture = createFixture({ users: [clara], settings: { VESTIBULE_MFA: 'required' } });

  fixture.test('the only authenticator app cannot be removed', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await signInWithCode(page, clara, new Authenticator(key));
    await openSecurity(page);
    await page.getByRole('button', { name: /^Remove / }).click();
    const question = page.getByRole('group', { name: /^Remove / });
    await press(question, 'Remove');
    await question
      .getByRole('alert')
      .filter({ hasText: 'Set up another one before you remove this one' })
      .waitFor();
    await page.reload();
    await page.getByRole('button', { name: /^Remove / }).waitFor();
  });
});

describe('the password', () => {
  const fixture = createFixture({ users: [beryl] });

  fixture.test('changes, and the sessions of other browsers end with the reason', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await signIn(page, beryl);
    const { page: elsewhere } = await newBrowser();
    await signIn(elsewhere, beryl);
    await openSecurity(page);
    await page.getByRole('link', { name: 'Change password' }).click();
    await page.getByLabel('Current password').fill(beryl.password);
    const next = 'nineteen herons beside the canal';
    await page.getByLabel('New password', { exact: true }).fill(next);
    await press(page, 'Save the new password');
    await page.getByRole('heading', { name: 'Your password was changed' }).waitFor();
    await elsewhere.waitForURL('**/login*');
    await elsewhere.getByText('Your password was changed.').waitFor();
    await press(page, 'Continue');
    await page.waitForURL('**/?section=security');
    await fillSignIn(elsewhere, beryl);
    await on(elsewhere).alert.filter({ hasText: 'password is wrong' }).waitFor();
    await fillSignIn(elsewhere, { ...beryl, password: next });
    await waitForDashboard(elsewhere);
  });
});

describe('a trusted device', () => {
  const fixture = createFixture({ users: [clara], settings: { VESTIBULE_TRUST_DEVICE: '30d' } });

  fixture.test(
    'is listed with its end, and asks for the code again once it is forgotten',
    async ({ newBrowser }) => {
      const { page } = await newBrowser();
      const authenticator = new Authenticator(key);
      await page.goto('/login');
      await fillSignIn(page, clara);
      await waitForSecondFactor(page);
      await page.getByRole('checkbox', { name: /trust/i }).check();
      await enterCode(page, await authenticator.code());
      await waitForDashboard(page);
      await on(page).signOut.click();
      await waitForSignInPage(page);
      await signIn(page, clara);
      await openSecurity(page);
      const devices = card(page, 'Your devices');
      assert.match(await devices.innerText(), /Chrome on Linux\s+this device[\s\S]*trusted until/);
      await press(devices, 'Forget Chrome on Linux');
      await press(page.getByRole('group', { name: /^Forget / }), 'Forget');
      // The session was opened by the trust, so it needs the code now.
      await waitForSecondFactor(page);
      await enterCode(page, await authenticator.code());
      await waitForDashboard(page);
      await page.goto('/?section=security');
      await devices.getByText('Chrome on Linux').waitFor();
      assert.doesNotMatch(await devices.innerText(), /trusted until/);
      await on(page).signOut.click();
      await waitForSignInPage(page);
      await signInWithCode(page, clara, authenticator);
    },
  );
});

// Passkeys in a real browser: registration, login without a user name, second factor, and what a page says when something fails.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  assertAccessible,
  assertNoHorizontalScroll,
  eventually,
  phone,
  screenshot,
} from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import {
  fillSignIn,
  on,
  openSection,
  saveRecoveryCodes,
  signIn,
  waitForDashboard,
  waitForSignInPage,
} from '../harness/pages.mjs';
import {
  addAuthenticator,
  internal,
  securityKey,
  synced,
  touchOnlyKey,
} from '../harness/virtual-authenticator.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const signInWithPasskey = (page) => button(page, 'Sign in with a passkey');
const passkeys = (page) => page.getByRole('region', { name: 'Passkeys' });

/** Returns the session as the API shows it. */
const session = (page) => page.evaluate(async () => (await fetch('/api/auth/session')).json());

/** Adds a passkey on the account page. Returns the recovery codes, which the first factor brings. */
async function addPasskey(page, isFirst = true) {
  await openSection(page, 'Security');
  await button(page, 'Add a passkey').click();
  const codes = isFirst ? await saveRecoveryCodes(page) : [];
  await passkeys(page).getByRole('listitem').first().waitFor();
  return codes;
}

async function signOut(page) {
  await on(page).signOut.click();
  await waitForSignInPage(page);
}

/** Keeps the browser from offering passkeys in the user-name field: only the button is to use them. */
const withoutAutofill = (page) =>
  page.addInitScript(() => {
    globalThis.PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });

/** Waits until the sign-in page has loaded its code for passkeys, which it does after the first view. */
const loadedPasskeys = (page) =>
  page.waitForFunction(() => globalThis.document.querySelector('vestibule-ceremony-status'));

/** Signs in on a device that can have a passkey, and declines the offer of one. */
async function signInAndDecline(page, user) {
  await page.goto('/login');
  await loadedPasskeys(page);
  await fillSignIn(page, user);
  await button(page, 'Not now').click();
  await waitForDashboard(page);
}

for (const store of ['sqlite', 'mongodb']) {
  describe(`passkeys on ${store}`, () => {
    const fixture = createFixture({ users: [ada], store });

    fixture.test('a user adds one and signs in without name and password', async ({ newBrowser }) => {
      const { page } = await newBrowser();
      await withoutAutofill(page);
      const device = await addAuthenticator(page, internal);
      await signInAndDecline(page, ada);
      const codes = await addPasskey(page);
      assert.equal(codes.length, 10, 'the first second factor brings recovery codes');
      assert.equal((await device.credentials()).length, 1);
      await signOut(page);

      await signInWithPasskey(page).click();
      await waitForDashboard(page);
      const { state, method, amr } = await session(page);
      assert.deepEqual(
        { state, method, amr },
        { state: 'signedIn', method: 'passkey', amr: ['hwk', 'user'] },
      );
      await signOut(page);

      await fillSignIn(page, ada);
      await page.waitForURL('**/second-factor*');
      await button(page, 'Use your passkey').click();
      await waitForDashboard(page);
      assert.deepEqual((await session(page)).amr, ['pwd', 'hwk', 'user']);
    });
  });
}

describe('passkeys', () => {
  const names = ['barbara', 'grace', 'hedy', 'joan', 'katherine', 'mary', 'radia', 'sofia'];
  const [barbara, grace, hedy, joan, katherine, mary, radia, sofia] = names.map((name) =>
    userLike(ada, name, { displayName: name }),
  );
  const fixture = createFixture({
    users: [barbara, grace, hedy, joan, katherine, mary, radia, sofia],
    settings: { VESTIBULE_REMEMBER: '30d' },
  });

  fixture.test(
    'are offered once after a login, and sign the user in the next time',
    async ({ newBrowser }) => {
      const { page } = await newBrowser();
      await withoutAutofill(page);
      await addAuthenticator(page, synced);
      await page.goto('/login');
      await loadedPasskeys(page);
      await fillSignIn(page, barbara);
      await page.getByRole('dialog', { name: 'Sign in faster next time' }).waitFor();
      await assertAccessible(page, 'the offer of a passkey');
      await button(page, 'Create a passkey').click();
      await saveRecoveryCodes(page);
      await signOut(page);
      await signInWithPasskey(page).click();
      await waitForDashboard(page);
      assert.deepEqual((await session(page)).amr, ['swk', 'user']);
      assert.equal(await button(page, 'Not now').count(), 0, 'no second offer');
    },
  );

  fixture.test('are not offered again to a user who declined', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await withoutAutofill(page);
    await addAuthenticator(page, internal);
    await signInAndDecline(page, grace);
    await signOut(page);
    await loadedPasskeys(page);
    await fillSignIn(page, grace);
    // The dialog of an offer would come first.
    await waitForDashboard(page);
    await openSection(page, 'Security');
    assert.equal(await button(page, 'Not now').count(), 0);
  });

  fixture.test('are in the list of the user-name field', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    const device = await addAuthenticator(page, internal);
    await signInAndDecline(page, hedy);
    await addPasskey(page);
    await device.isTouched(false);
    await signOut(page);
    assert.equal(await on(page).userName.getAttribute('autocomplete'), 'username webauthn');
    // The choice in the list is made by the browser: the page has nothing to do with it.
    await device.isTouched(true);
    await waitForDashboard(page);
    assert.equal((await session(page)).method, 'passkey');
  });

  fixture.test('of a key that verifies no user are a second factor only', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await withoutAutofill(page);
    const key = await addAuthenticator(page, touchOnlyKey);
    await signIn(page, joan);
    await addPasskey(page);
    await passkeys(page).getByText('only as a second factor').waitFor();
    await signOut(page);
    await fillSignIn(page, joan);
    await page.waitForURL('**/second-factor*');
    await button(page, 'Use your passkey').click();
    await waitForDashboard(page);
    assert.deepEqual((await session(page)).amr, ['pwd', 'hwk']);
    assert.equal((await key.credentials()).length, 1);
  });

  fixture.test('of several authenticators are listed, renamed and removed', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await withoutAutofill(page);
    const device = await addAuthenticator(page, internal);
    await signInAndDecline(page, katherine);
    await addPasskey(page);
    await device.isTouched(false);
    await addAuthenticator(page, securityKey);
    await button(page, 'Add a passkey').click();
    await eventually(
      'two passkeys are listed',
      async () => (await passkeys(page).getByRole('listitem').count()) === 2,
    );
    await assertAccessible(page, 'the list of passkeys');
    await screenshot(page, 'passkeys-desktop');
    await button(page, 'Rename Passkey').first().click();
    await page.getByRole('textbox', { name: 'Name of the passkey' }).fill('Laptop');
    await page.keyboard.press('Enter');
    await passkeys(page).getByText('Laptop', { exact: true }).waitFor();
    await button(page, 'Remove Laptop').click();
    await button(page, 'Remove').click();
    await passkeys(page).getByText('Laptop', { exact: true }).waitFor({ state: 'detached' });
    assert.equal(await passkeys(page).getByRole('listitem').count(), 1);
  });

  fixture.test('that were removed say so, and the password still works', async ({ newBrowser, service }) => {
    const { page } = await newBrowser();
    await withoutAutofill(page);
    await addAuthenticator(page, internal);
    await signInAndDecline(page, mary);
    await addPasskey(page);
    await service.command(['users', 'reset-mfa', 'mary']);
    await page.goto('/login');
    await signInWithPasskey(page).click();
    await on(page).alert.filter({ hasText: 'removed from the account' }).waitFor();
    await signIn(page, mary);
  });

  fixture.test('of a copied key are refused', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await withoutAutofill(page);
    const device = await addAuthenticator(page, internal);
    await signInAndDecline(page, radia);
    await addPasskey(page);
    const [copy] = await device.credentials();
    await signOut(page);
    await signInWithPasskey(page).click();
    await waitForDashboard(page);
    await signOut(page);
    await device.remove();
    const attacker = await addAuthenticator(page, internal);
    await attacker.add({ ...copy, signCount: 0 });
    await signInWithPasskey(page).click();
    await on(page).alert.filter({ hasText: 'refused' }).waitFor();
    assert.equal((await session(page)).state, 'anonymous');
  });

  fixture.test('can be cancelled without an alarm', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await withoutAutofill(page);
    await addAuthenticator(page, internal);
    await page.goto('/login');
    await signInWithPasskey(page).click();
    await page.getByRole('status').filter({ hasText: 'No passkey was used' }).waitFor();
    assert.equal(await on(page).alert.count(), 0);
    await assertAccessible(page, 'the sign-in page after a cancelled passkey');
  });

  fixture.test('fit on a phone, dark and from right to left', async ({ newBrowser }) => {
    const { page } = await newBrowser({ viewport: phone, colorScheme: 'dark', locale: 'ar' });
    await withoutAutofill(page);
    await addAuthenticator(page, internal);
    await page.goto('/login');
    await loadedPasskeys(page);
    await assertNoHorizontalScroll(page, 'the sign-in page');
    await assertAccessible(page, 'the sign-in page on a phone');
    await screenshot(page, 'passkey-sign-in-phone-ar');
    await page.locator('input').first().fill(sofia.username);
    await page.locator('input[type=password]').fill(sofia.password);
    await page.locator('button[type=submit]').click();
    await button(page, 'ليس الآن').waitFor();
    await assertNoHorizontalScroll(page, 'the offer');
    await screenshot(page, 'passkey-offer-phone-ar');
    await button(page, 'ليس الآن').click();
    await waitForDashboard(page);
    await page.goto('/?section=security');
    await waitForDashboard(page);
    await assertNoHorizontalScroll(page, 'the list of passkeys');
    await assertAccessible(page, 'the list of passkeys on a phone');
  });
});

describe('where a second factor is required', () => {
  const alan = userLike(ada, 'alan', { displayName: 'Alan Turing' });
  const fixture = createFixture({ users: [alan], settings: { VESTIBULE_MFA: 'required' } });

  fixture.test('a passkey is one', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await withoutAutofill(page);
    await addAuthenticator(page, internal);
    await page.goto('/login');
    await fillSignIn(page, alan);
    await page.waitForURL('**/mfa-setup*');
    await button(page, 'Create a passkey').click();
    await saveRecoveryCodes(page);
    await waitForDashboard(page);
    assert.equal((await session(page)).state, 'signedIn');
  });
});

// Actions that change the sign-in methods require a recent proof. A dialog asks for it, and the action then runs again.
import assert from 'node:assert/strict';
import { checkAppearance } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import {
  enterCode,
  fillSignIn,
  on,
  signIn,
  signInWithCode,
  waitForDashboard,
  waitForLinkConfirmation,
  waitForLinkSignIn,
  openSection,
} from '../harness/pages.mjs';
import { ageAuthentication } from '../harness/session-age.mjs';
import { idp, requestedParams, signInAtProvider } from '../harness/provider.mjs';
import { Authenticator } from '../harness/totp.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const [agnes, beryl, clara] = ['agnes', 'beryl', 'clara'].map((name) => userLike(ada, name));
const felice = userLike(ada, 'felice');
const dora = userLike(ada, 'dora', { totpSecret: key });
const edith = userLike(ada, 'edith', { email: 'edith@example.org' });
const fixture = createFixture({
  users: [agnes, beryl, clara, dora, edith, felice],
  federated: true,
  store: 'mongodb',
});

const sessionId = async ({ cookie }) => (await cookie('vestibule')).value;
const focused = (locator) => locator.evaluate((element) => element.contains(document.activeElement));

async function assertDialogFits(page, name) {
  const [width, visible] = await on(page).reauthentication.evaluate((dialog) => [
    dialog.scrollWidth,
    dialog.clientWidth,
  ]);
  assert.ok(width <= visible, `${name} is ${width} px wide in a dialog of ${visible} px`);
}

/** Types the password into the dialog and sends it with Enter. */
async function reauthenticate(page, password) {
  await on(page).reauthentication.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
}

fixture.test(
  'the dialog reports a wrong password and continues after the right one',
  async ({ newBrowser, store }) => {
    const browser = await newBrowser();
    const { page } = browser;
    await signIn(page, agnes);
    await openSection(page, 'Security');
    await ageAuthentication(store);
    const before = await sessionId(browser);
    await on(page).linkProvider(idp.label).click();
    await on(page).reauthentication.waitFor();
    assert.ok(await focused(on(page).reauthentication.getByLabel('Password')));
    await checkAppearance(page, 'reauthentication-password', assertDialogFits);
    await reauthenticate(page, 'not hers at all');
    await on(page).reauthentication.getByRole('alert').filter({ hasText: 'password is wrong' }).waitFor();
    assert.ok(await focused(on(page).reauthentication.getByLabel('Password')));
    assert.equal(await sessionId(browser), before);
    await reauthenticate(page, agnes.password);
    await signInAtProvider(page, 'agnes-there');
    await on(page).unlinkProvider(idp.label).waitFor();
    assert.notEqual(await sessionId(browser), before, 're-authentication gives the session a new id');
  },
);

fixture.test('Escape and Cancel close the dialog and change nothing', async ({ newBrowser, store }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await signIn(page, beryl);
  await openSection(page, 'Security');
  await ageAuthentication(store);
  const before = await sessionId(browser);
  for (const cancel of [() => page.keyboard.press('Escape'), () => on(page).cancel.click()]) {
    await on(page).linkProvider(idp.label).click();
    await on(page).reauthentication.waitFor();
    await cancel();
    await on(page).reauthentication.waitFor({ state: 'detached' });
    assert.ok(await focused(on(page).linkProvider(idp.label)), 'the focus is on the button again');
  }
  assert.equal(await sessionId(browser), before);
  await waitForDashboard(page);
  assert.equal(await on(page).alert.count(), 0);
});

fixture.test(
  'a user with an authenticator app can re-authenticate only with a code',
  async ({ newBrowser, store }) => {
    const browser = await newBrowser();
    const { page } = browser;
    const authenticator = new Authenticator(key);
    await signInWithCode(page, dora, authenticator);
    await ageAuthentication(store);
    await openSection(page, 'Security');
    await on(page).goToEnrolment.click();
    await on(page).enrol.click();
    await on(page).reauthentication.waitFor();
    assert.equal(await on(page).reauthentication.getByLabel('Password').count(), 0);
    assert.equal(await on(page).reauthenticateWith(idp.label).count(), 0);
    await checkAppearance(page, 'reauthentication-code', assertDialogFits);
    await enterCode(page, authenticator.wrongCode());
    await on(page).reauthentication.getByRole('alert').filter({ hasText: 'code is wrong' }).waitFor();
    await enterCode(page, await authenticator.code());
    await on(page).key.waitFor();
  },
);

/** Chooses the provider in the dialog and returns the window that opens. */
async function openProvider(page, context) {
  const opened = context.waitForEvent('page');
  await on(page).reauthenticateWith(idp.label).click();
  return opened;
}

/** Signs in at the provider in a window that closes itself afterwards. */
async function signInInWindow(popup, login) {
  const closed = popup.waitForEvent('close');
  await signInAtProvider(popup, login).catch((error) => {
    if (!popup.isClosed()) throw error;
  });
  await closed;
}

fixture.test(
  'a federated user re-authenticates in a window of the provider with prompt=login, and the action continues',
  async ({ newBrowser, store }) => {
    const browser = await newBrowser();
    const { page, context } = browser;
    await page.goto('/login');
    await on(page).providerLink(idp.label).click();
    await signInAtProvider(page, 'fern');
    await waitForDashboard(page);
    await ageAuthentication(store);
    const before = await sessionId(browser);
    await openSection(page, 'Security');
    await on(page).goToEnrolment.click();
    await on(page).enrol.click();
    await on(page).reauthentication.waitFor();
    assert.equal(await on(page).reauthentication.getByLabel('Password').count(), 0);
    await on(page).reauthenticateWith(idp.label).waitFor();
    await checkAppearance(page, 'reauthentication-provider', assertDialogFits);
    const popup = await openProvider(page, context);
    assert.match(await requestedParams(popup), /prompt=login/);
    assert.equal(await popup.evaluate(() => window.opener), null, 'the window cannot navigate the page');
    await signInInWindow(popup, 'fern');
    await on(page).key.waitFor();
    assert.notEqual(await sessionId(browser), before);
  },
);

fixture.test('a different user at the provider is refused', async ({ newBrowser, store }) => {
  const { page, context } = await newBrowser();
  await page.goto('/login');
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, 'gwen');
  await waitForDashboard(page);
  await ageAuthentication(store);
  await page.goto('/mfa-setup');
  await on(page).enrol.click();
  const popup = await openProvider(page, context);
  await signInAtProvider(popup, 'hazel');
  // The login of hazel ends the provider session of gwen. The provider then sends a logout token, which ends her session.
  await page.waitForURL((url) => url.pathname === '/login');
  assert.equal(await on(page).key.count(), 0);
});

fixture.test(
  'an identity is unlinked after re-authentication at its provider',
  async ({ newBrowser, store }) => {
    const browser = await newBrowser();
    const { page, context } = browser;
    await signIn(page, clara);
    await openSection(page, 'Security');
    await on(page).linkProvider(idp.label).click();
    await signInAtProvider(page, 'clara-there');
    await on(page).unlinkProvider(idp.label).waitFor();
    await ageAuthentication(store);
    await on(page).unlinkProvider(idp.label).click();
    await on(page).confirmUnlink.click();
    const popup = await openProvider(page, context);
    assert.equal((await (await context.request.get('/api/auth/me')).json()).identities.length, 1);
    await signInInWindow(popup, 'clara-there');
    await page.getByText(`${idp.label} is unlinked.`).waitFor();
  },
);

fixture.test('a pending link can be confirmed after re-authentication', async ({ newBrowser, store }) => {
  const { page } = await newBrowser();
  await page.goto('/login');
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, 'edith');
  await waitForLinkSignIn(page);
  await fillSignIn(page, edith);
  await waitForLinkConfirmation(page);
  await ageAuthentication(store);
  await on(page).confirmLink.click();
  await on(page).reauthentication.waitFor();
  await reauthenticate(page, edith.password);
  await waitForDashboard(page);
  await page.getByText(`${idp.label} is now linked to your account.`).waitFor();
});

fixture.test('the dialog closes when the session ends in another tab', async ({ newBrowser, store }) => {
  const { page, newTab } = await newBrowser();
  await signIn(page, beryl);
  await openSection(page, 'Security');
  await ageAuthentication(store);
  await on(page).linkProvider(idp.label).click();
  await on(page).reauthentication.waitFor();
  const other = await newTab();
  await other.goto('/');
  await waitForDashboard(other);
  await on(other).signOut.click();
  await page.waitForURL('**/login*');
  await on(page).reauthentication.waitFor({ state: 'detached' });
  assert.ok(await on(page).userName.isVisible());
});

fixture.test(
  'the page asks for the proof and leads back, for applications without the dialog',
  async ({ newBrowser, store, service }) => {
    const browser = await newBrowser();
    const { page, context } = browser;
    const open = (returnTo) => page.goto(`/reauthenticate?returnTo=${encodeURIComponent(returnTo)}`);
    const session = async () => (await context.request.get('/api/auth/session')).json();
    await open('/?section=security');
    await fillSignIn(page, felice);
    await on(page).heading.filter({ hasText: 'Sign in again to continue' }).waitFor();
    await checkAppearance(page, 'reauthenticate');
    await ageAuthentication(store);
    const before = await session();
    await page.getByLabel('Password').fill('not hers at all');
    await page.keyboard.press('Enter');
    await on(page).alert.filter({ hasText: 'password is wrong' }).waitFor();
    assert.equal((await session()).authenticatedAt, before.authenticatedAt);
    await page.getByLabel('Password').fill(felice.password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/?section=security');
    assert.notEqual((await session()).authenticatedAt, before.authenticatedAt);

    // Cancelling leads back without a proof, and never to another site.
    for (const [returnTo, expected] of [
      ['/?section=data', `${service.url}/?section=data`],
      ['https://evil.example/', `${service.url}/`],
      ['//evil.example/', `${service.url}/`],
      ['javascript:alert(1)', `${service.url}/`],
    ]) {
      const { authenticatedAt } = await session();
      await open(returnTo);
      await on(page).cancel.click();
      await waitForDashboard(page);
      assert.equal(page.url(), expected);
      assert.equal((await session()).authenticatedAt, authenticatedAt);
    }
  },
);

fixture.test('the page offers a federated user the provider', async ({ newBrowser, store }) => {
  const { page, context } = await newBrowser();
  await page.goto('/login');
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, 'ines');
  await waitForDashboard(page);
  await ageAuthentication(store);
  await page.goto('/reauthenticate?returnTo=/?section=security');
  await on(page).reauthenticateWith(idp.label).waitFor();
  assert.equal(await page.getByLabel('Password').count(), 0);
  await checkAppearance(page, 'reauthenticate-provider');
  await signInInWindow(await openProvider(page, context), 'ines');
  await page.waitForURL('**/?section=security');
});

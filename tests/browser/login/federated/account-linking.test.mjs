// A federated login with the address of an existing account: the user signs in to that account, then confirms the link.
import assert from 'node:assert/strict';
import { checkAppearance } from '../../harness/browser.mjs';
import { ada, createFixture, userLike } from '../../harness/fixture.mjs';
import {
  enterCode,
  fillSignIn,
  on,
  signIn,
  waitForDashboard,
  waitForLinkConfirmation,
  waitForLinkSignIn,
  waitForSecondFactor,
  waitForSignInPage,
  openSection,
} from '../../harness/pages.mjs';
import { idp, signInAtProvider } from '../../harness/provider.mjs';
import { Authenticator } from '../../harness/totp.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const linus = userLike(ada, 'linus', { displayName: 'Linus' });
/** Returns a user whose address the provider verifies: it has one at example.org for every login name. */
const userAtProvider = (name, more = {}) =>
  userLike(ada, name, { email: `${name}@example.org`, displayName: name, ...more });
const niamh = userAtProvider('niamh', { totpSecret: key });
const [orla, paula, quinn, rosa] = ['orla', 'paula', 'quinn', 'rosa'].map((name) => userAtProvider(name));
const fixture = createFixture({ users: [ada, linus, niamh, orla, paula, quinn, rosa], federated: true });

/** Signs in with the provider and waits for the page that asks for the sign-in to the account. */
async function startLink(page, login, from = '/login') {
  await page.goto(from);
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, login);
  await waitForLinkSignIn(page);
}

const identities = async ({ context }) =>
  (await (await context.request.get('/api/auth/me')).json()).identities;

fixture.test('the user signs in, confirms the link, and reaches the deep link', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await startLink(page, 'linus', '/login?returnTo=%2Faccount%3Ftab%3Ddevices');
  await page.getByText('linus@corp.example').first().waitFor();
  assert.equal(await on(page).providerLink(idp.label).count(), 0, 'the provider of the link is not offered');
  const { trace } = await (await browser.context.request.get('/api/auth/link')).json();
  assert.match(trace, /^[0-9a-f-]{36}$/);
  await page.getByText(`give your administrator this ID: ${trace}`).waitFor();
  await on(page).copyId.waitFor();
  await checkAppearance(page, 'link-sign-in');
  await fillSignIn(page, linus);
  await waitForLinkConfirmation(page);
  assert.deepEqual(await identities(browser), [], 'signing in alone links nothing');
  await checkAppearance(page, 'link-confirm');
  await on(page).confirmLink.click();
  await page.waitForURL('**/account?tab=devices');
  await page.getByText(`${idp.label} is now linked to your account.`).waitFor();
  await openSection(page, 'Security');
  const methods = page.getByRole('region', { name: 'Sign-in methods' });
  await methods.getByText(idp.label).first().waitFor();
  await methods.getByText('Password', { exact: true }).waitFor();

  // The provider now opens the same account.
  const { page: elsewhere } = await newBrowser();
  await elsewhere.goto('/login');
  await on(elsewhere).providerLink(idp.label).click();
  await signInAtProvider(elsewhere, 'linus');
  await waitForDashboard(elsewhere);
  assert.match(await elsewhere.getByRole('region', { name: 'Profile' }).innerText(), /\blinus\b/);
  assert.match(await elsewhere.getByRole('region', { name: 'This session' }).innerText(), /Harbour ID/);
});

fixture.test('the link requires the second factor of the account', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await startLink(page, 'niamh');
  await fillSignIn(page, niamh);
  await waitForSecondFactor(page);
  await enterCode(page, await new Authenticator(key).code());
  await waitForLinkConfirmation(page);
  await on(page).confirmLink.click();
  await waitForDashboard(page);
  assert.equal((await identities(browser)).length, 1);
});

fixture.test('a wrong password links nothing', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await startLink(page, 'orla');
  await fillSignIn(page, { ...orla, password: 'not hers at all' });
  await on(page).alert.waitFor();
  await waitForLinkSignIn(page);
});

fixture.test('cancelling changes nothing', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await startLink(page, 'paula');
  await on(page).cancel.click();
  await waitForSignInPage(page);
  await signIn(page, paula);
  assert.deepEqual(await identities(browser), []);
  await page.goto('/link');
  await on(page).heading.filter({ hasText: 'Nothing to link' }).waitFor();
});

fixture.test(
  'a user signed in to another account is refused and can sign in to the right one',
  async ({ newBrowser }) => {
    const browser = await newBrowser();
    const { page } = browser;
    await startLink(page, 'quinn');
    await fillSignIn(page, ada);
    await on(page).alert.filter({ hasText: 'a different account' }).waitFor();
    assert.equal(await on(page).confirmLink.count(), 0, 'the page says so before the confirmation');
    assert.deepEqual(await identities(browser), []);
    await on(page).signInAgain.click();
    await waitForLinkSignIn(page);
    await fillSignIn(page, quinn);
    await waitForLinkConfirmation(page);
    await on(page).confirmLink.click();
    await waitForDashboard(page);
    assert.equal((await identities(browser)).length, 1);
  },
);

fixture.test('a pending link exists only in the browser that started it', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await startLink(page, 'rosa');
  const { page: elsewhere } = await newBrowser();
  await signIn(elsewhere, rosa);
  await elsewhere.goto(new URL(page.url()).pathname);
  await on(elsewhere).heading.filter({ hasText: 'Nothing to link' }).waitFor();
});

// The provider knows somebody by the address of an account that is here already: proof of that account, then confirmation.
import assert from 'node:assert/strict';
import { assertAccessible, assertNoSidewaysScroll, screenshot } from '../../harness/browser.mjs';
import { ada, userLike, createFixture } from '../../harness/fixture.mjs';
import {
  waitForLinkConfirmation,
  waitForDashboard,
  enterCode,
  fillSignIn,
  waitForLinkSignIn,
  on,
  waitForSecondFactor,
  signIn,
  waitForSignInPage,
} from '../../harness/pages.mjs';
import { signInAtProvider, idp } from '../../harness/provider.mjs';
import { Authenticator } from '../../harness/totp.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const linus = userLike(ada, 'linus', { displayName: 'Linus' });
/** Somebody whose address the provider has too, as it has one at example.org for every name. */
const alsoThere = (name, more = {}) =>
  userLike(ada, name, { email: `${name}@example.org`, displayName: name, ...more });
const niamh = alsoThere('niamh', { totpSecret: key });
const [orla, paula, quinn, rosa] = ['orla', 'paula', 'quinn', 'rosa'].map((name) => alsoThere(name));
const fixture = createFixture({ users: [ada, linus, niamh, orla, paula, quinn, rosa], federated: true });

/** From the sign-in page through the provider to the page that asks for the local proof. */
async function comeToProof(page, login, from = '/login') {
  await page.goto(from);
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, login);
  await waitForLinkSignIn(page);
}

const identities = async ({ context }) =>
  (await (await context.request.get('/api/auth/me')).json()).identities;

fixture.test('linus proves his account, confirms, and comes where he was going', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await comeToProof(page, 'linus', '/login?returnTo=%2F%3Ftab%3Ddevices');
  await page.getByText('linus@corp.example').first().waitFor();
  assert.equal(await on(page).providerLink(idp.label).count(), 0, 'the same door would lead in a circle');
  const { trace } = await (await browser.context.request.get('/api/auth/link')).json();
  assert.match(trace, /^[0-9a-f-]{36}$/);
  await page.getByText(`ask your administrator, and give them this number: ${trace}`).waitFor();
  await on(page).copyId.waitFor();
  await look(page, 'link-proof');
  await fillSignIn(page, linus);
  await waitForLinkConfirmation(page);
  assert.deepEqual(await identities(browser), [], 'signing in alone links nothing');
  await look(page, 'link-confirm');
  await on(page).confirmLink.click();
  await waitForDashboard(page);
  assert.equal(new URL(page.url()).search, '?tab=devices');
  await page.getByText(`${idp.label} is now linked to your account.`).waitFor();
  const ways = page.getByRole('region', { name: 'Ways to sign in' });
  await ways.getByText(idp.label).first().waitFor();
  await ways.getByText('Password', { exact: true }).waitFor();

  // From now on the provider opens the same account.
  const { page: elsewhere } = await newBrowser();
  await elsewhere.goto('/login');
  await on(elsewhere).providerLink(idp.label).click();
  await signInAtProvider(elsewhere, 'linus');
  await waitForDashboard(elsewhere);
  assert.match(await elsewhere.getByRole('region', { name: 'About you' }).innerText(), /\blinus\b/);
  assert.match(await elsewhere.getByRole('region', { name: 'This session' }).innerText(), /Harbour ID/);
});

fixture.test('the second factor of the account belongs to the proof', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await comeToProof(page, 'niamh');
  await fillSignIn(page, niamh);
  await waitForSecondFactor(page);
  await enterCode(page, await new Authenticator(key).code());
  await waitForLinkConfirmation(page);
  await on(page).confirmLink.click();
  await waitForDashboard(page);
  assert.equal((await identities(browser)).length, 1);
});

fixture.test('a wrong password links nothing, and the page stays', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await comeToProof(page, 'orla');
  await fillSignIn(page, { ...orla, password: 'not hers at all' });
  await on(page).alert.waitFor();
  await waitForLinkSignIn(page);
});

fixture.test('who cancels has an account as it was', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await comeToProof(page, 'paula');
  await on(page).cancel.click();
  await waitForSignInPage(page);
  await signIn(page, paula);
  assert.deepEqual(await identities(browser), []);
  await page.goto('/link');
  await on(page).heading.filter({ hasText: 'Nothing to link' }).waitFor();
});

fixture.test('somebody else is told so, and can sign in as the right one', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await comeToProof(page, 'quinn');
  await fillSignIn(page, ada);
  await waitForLinkConfirmation(page);
  await on(page).confirmLink.click();
  await on(page).alert.filter({ hasText: 'another account' }).waitFor();
  assert.deepEqual(await identities(browser), []);
  await on(page).signInAgain.click();
  await waitForLinkSignIn(page);
  await fillSignIn(page, quinn);
  await waitForLinkConfirmation(page);
  await on(page).confirmLink.click();
  await waitForDashboard(page);
  assert.equal((await identities(browser)).length, 1);
});

fixture.test('a link waits in the browser it was begun in, and in no other', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await comeToProof(page, 'rosa');
  const { page: elsewhere } = await newBrowser();
  await signIn(elsewhere, rosa);
  await elsewhere.goto(new URL(page.url()).pathname);
  await on(elsewhere).heading.filter({ hasText: 'Nothing to link' }).waitFor();
});

async function look(page, name) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `${name}, ${colorScheme}`);
    await screenshot(page, `${name}-${colorScheme}`);
  }
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  await assertNoSidewaysScroll(page, name);
  await page.setViewportSize(before);
}

// Linking and unlinking providers on the dashboard.
import assert from 'node:assert/strict';
import { assertAccessible, checkAppearance } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import {
  HOME,
  on,
  signedInError,
  signIn,
  waitForDashboard,
  waitForSignInPage,
  openSection,
} from '../harness/pages.mjs';
import { cancelAtProvider, idp, signInAtProvider, waitForProviderLogin } from '../harness/provider.mjs';

const uuid = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/;
const names = ['agnes', 'beryl', 'clara', 'dora', 'edith', 'flora', 'greta'];
const [agnes, beryl, clara, dora, edith, flora, greta] = names.map((name) => userLike(ada, name));
const fixture = createFixture({ users: [agnes, beryl, clara, dora, edith, flora, greta], federated: true });

/** Links the identity with this login name. */
async function link(page, login) {
  await on(page).linkProvider(idp.label).click();
  await signInAtProvider(page, login);
  await waitForDashboard(page);
  await on(page).unlinkProvider(idp.label).waitFor();
}

async function signInWithProvider(page, login) {
  await page.goto('/login');
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, login);
}

const me = async ({ context }) => (await context.request.get('/api/auth/me')).json();

fixture.test(
  'linking returns to the page, reports it once, and the identity then opens the same account',
  async ({ newBrowser }) => {
    const browser = await newBrowser();
    const { page } = browser;
    await signIn(page, agnes);
    await page.goto('/?tab=devices&section=security');
    await on(page).signInMethods.getByText('Password', { exact: true }).waitFor();
    assert.equal(await on(page).unlinkProvider(idp.label).count(), 0);
    await link(page, 'agnes-there');
    await page.getByText(`${idp.label} is linked. You can now sign in with it.`).waitFor();
    await page.waitForURL((url) => url.pathname === HOME && url.search === '?tab=devices&section=security');
    assert.match(await on(page).signInMethods.innerText(), /as .?agnes-there@example\.org/);
    assert.equal(await on(page).linkProvider(idp.label).count(), 0);
    await assertAccessible(page, 'the dashboard after linking');
    await page.reload();
    await on(page).unlinkProvider(idp.label).waitFor();
    assert.equal(await page.getByText('is linked').count(), 0);

    const elsewhere = await newBrowser();
    await signInWithProvider(elsewhere.page, 'agnes-there');
    await waitForDashboard(elsewhere.page);
    assert.equal((await me(elsewhere)).id, (await me(browser)).id);
  },
);

fixture.test('cancelling at the provider links nothing and keeps the session', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await signIn(page, beryl);
  await openSection(page, 'Security');
  await on(page).linkProvider(idp.label).click();
  await cancelAtProvider(page);
  await page.waitForURL((url) => url.searchParams.get('error') === 'login_cancelled');
  await page.getByText(`You cancelled at ${idp.label}.`).waitFor();
  assert.equal(await on(page).alert.count(), 0, 'a cancel is no error');
  assert.equal(await on(page).userName.count(), 0);
  await on(page).backToAccount.click();
  await waitForDashboard(page);
  await openSection(page, 'Security');
  await on(page).linkProvider(idp.label).waitFor();
  assert.equal(await page.getByText('is linked').count(), 0);
  assert.deepEqual((await me(browser)).identities, []);
});

fixture.test(
  'an identity of another account is refused with an ID, and the session continues',
  async ({ newBrowser }) => {
    const other = await newBrowser();
    await signInWithProvider(other.page, 'harriet');
    await waitForDashboard(other.page);
    const browser = await newBrowser();
    const { page } = browser;
    await signIn(page, clara);
    await openSection(page, 'Security');
    await on(page).linkProvider(idp.label).click();
    await signInAtProvider(page, 'harriet');
    const text = await signedInError(page, 'link_refused');
    assert.match(
      text,
      /Your request to Harbour ID was not completed\. The identity is already linked to another account/,
    );
    assert.equal(text.match(uuid)?.[0], new URL(page.url()).searchParams.get('trace'));
    await checkAppearance(page, 'link-refused-inside');
    await on(page).backToAccount.click();
    await waitForDashboard(page);
    assert.deepEqual((await me(browser)).identities, []);
    assert.equal((await me(other)).identities.length, 1);
  },
);

fixture.test(
  'unlinking explains its effect and happens only after the confirmation',
  async ({ newBrowser }) => {
    const browser = await newBrowser();
    const { page } = browser;
    await signIn(page, dora);
    await openSection(page, 'Security');
    await link(page, 'dora-there');
    await on(page).unlinkProvider(idp.label).click();
    const confirmation = page.getByRole('group', { name: /^Unlink Harbour ID\?/ });
    assert.match(
      await confirmation.innerText(),
      /no longer sign in to this account at\s+Harbour ID\s+as .?dora-there@example\.org/,
    );
    assert.ok(await confirmation.evaluate((element) => element === document.activeElement));
    await checkAppearance(page, 'unlink');
    await page.keyboard.press('Escape');
    await confirmation.waitFor({ state: 'detached' });
    assert.ok(
      await on(page)
        .unlinkProvider(idp.label)
        .evaluate((element) => element === document.activeElement),
    );
    assert.equal((await me(browser)).identities.length, 1);

    await on(page).unlinkProvider(idp.label).press('Enter');
    await on(page).confirmUnlink.click();
    await page.getByText(`${idp.label} is unlinked.`).waitFor();
    await on(page).linkProvider(idp.label).waitFor();
    await assertAccessible(page, 'the dashboard after unlinking');
    assert.deepEqual((await me(browser)).identities, []);
  },
);

fixture.test('an unlinked identity cannot sign in until it is linked again', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, edith);
  await openSection(page, 'Security');
  await link(page, 'edith-there');
  const elsewhere = await newBrowser();
  await signInWithProvider(elsewhere.page, 'edith-there');
  await waitForDashboard(elsewhere.page);

  await on(page).unlinkProvider(idp.label).click();
  await on(page).confirmUnlink.click();
  await on(page).linkProvider(idp.label).waitFor();
  // Unlinking ends the sessions that the identity opened. This session continues.
  await elsewhere.page.reload();
  await waitForSignInPage(elsewhere.page);
  assert.equal((await elsewhere.context.request.get('/api/auth/me')).status(), 401);
  await signInWithProvider(elsewhere.page, 'edith-there');
  await elsewhere.page.waitForURL((url) => url.searchParams.get('error') === 'identity_unlinked');

  await link(page, 'edith-there');
  await signInWithProvider(elsewhere.page, 'edith-there');
  await waitForDashboard(elsewhere.page);
});

fixture.test('the only sign-in method cannot be unlinked', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await signInWithProvider(page, 'imelda');
  await waitForDashboard(page);
  await openSection(page, 'Security');
  await on(page).unlinkProvider(idp.label).click();
  await page.getByText(`${idp.label} is your only sign-in method, so you cannot unlink it.`).waitFor();
  assert.equal(await on(page).confirmUnlink.count(), 0);
  await page.getByRole('button', { name: 'Close' }).click();
  // The server refuses a request without the page, too.
  const refused = await page.evaluate(async () => {
    const token = document.cookie.match(/XSRF-TOKEN=([^;]+)/)[1];
    const { identities } = await (await fetch('/api/account/identities')).json();
    const answer = await fetch(`/api/account/identities/${identities[0].id}`, {
      method: 'DELETE',
      headers: { 'x-xsrf-token': decodeURIComponent(token) },
    });
    return [answer.status, (await answer.json()).code];
  });
  assert.deepEqual(refused, [409, 'last_way_in']);
  assert.equal((await me(browser)).identities.length, 1);
});

fixture.test('a link is refused after the user signed out in another tab', async ({ newBrowser }) => {
  const { page, newTab } = await newBrowser();
  await signIn(page, flora);
  await openSection(page, 'Security');
  await on(page).linkProvider(idp.label).click();
  await waitForProviderLogin(page);
  const other = await newTab();
  await other.goto('/');
  await waitForDashboard(other);
  await on(other).signOut.click();
  await waitForSignInPage(other);
  await signInAtProvider(page, 'flora-there');
  await page.waitForURL((url) => url.searchParams.get('error') === 'link_refused');
  await waitForSignInPage(page);
  await signIn(other, flora);
  await openSection(other, 'Security');
  await on(other).linkProvider(idp.label).waitFor();
});

fixture.test('a return parameter without a link reports nothing', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, greta);
  await page.goto(`/?section=security&linked=${idp.name}`);
  await on(page).linkProvider(idp.label).waitFor();
  await page.waitForURL((url) => url.search === '?section=security');
  assert.equal(await page.getByText('is linked').count(), 0, 'the URL alone reports no link');
});

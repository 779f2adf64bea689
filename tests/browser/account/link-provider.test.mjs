// Connecting and disconnecting providers from the account: what it says before, what it says after, and what it leaves alone.
import assert from 'node:assert/strict';
import { assertAccessible, assertNoSidewaysScroll, desktop, phone, screenshot } from '../harness/browser.mjs';
import { ada, userLike, createFixture } from '../harness/fixture.mjs';
import { HOME, waitForDashboard, on, signedInError, signIn, waitForSignInPage } from '../harness/pages.mjs';
import { waitForProviderLogin, signInAtProvider, idp, cancelAtProvider } from '../harness/provider.mjs';

const uuid = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/;
const names = ['agnes', 'beryl', 'clara', 'dora', 'edith', 'flora', 'greta'];
const [agnes, beryl, clara, dora, edith, flora, greta] = names.map((name) => userLike(ada, name));
const fixture = createFixture({ users: [agnes, beryl, clara, dora, edith, flora, greta], federated: true });

/** Through the provider's page as somebody there, and back to the account. */
async function connect(page, login) {
  await on(page).linkProvider(idp.label).click();
  await signInAtProvider(page, login);
  await waitForDashboard(page);
  await on(page).unlinkProvider(idp.label).waitFor();
}

async function throughTheDoor(page, login) {
  await page.goto('/login');
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, login);
}

const me = async ({ context }) => (await context.request.get('/api/auth/me')).json();

fixture.test(
  'connecting ends where it began, says so once, and opens the same account from then on',
  async ({ newBrowser }) => {
    const browser = await newBrowser();
    const { page } = browser;
    await signIn(page, agnes);
    await page.goto('/?tab=devices');
    await on(page).signInMethods.getByText('Password', { exact: true }).waitFor();
    assert.equal(await on(page).unlinkProvider(idp.label).count(), 0);
    await connect(page, 'agnes-there');
    await page.getByText(`${idp.label} is connected. It opens your account now.`).waitFor();
    await page.waitForURL((url) => url.pathname === HOME && url.search === '?tab=devices');
    assert.match(await on(page).signInMethods.innerText(), /as agnes-there@example\.org/);
    assert.equal(await on(page).linkProvider(idp.label).count(), 0);
    await assertAccessible(page, 'the dashboard after connecting');
    await page.reload();
    await on(page).unlinkProvider(idp.label).waitFor();
    assert.equal(await page.getByText('is connected').count(), 0);

    const elsewhere = await newBrowser();
    await throughTheDoor(elsewhere.page, 'agnes-there');
    await waitForDashboard(elsewhere.page);
    assert.equal((await me(elsewhere)).id, (await me(browser)).id);
  },
);

fixture.test('who cancels at the provider is told so, signed in as before', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await signIn(page, beryl);
  await on(page).linkProvider(idp.label).click();
  await cancelAtProvider(page);
  assert.match(await signedInError(page, 'access_denied'), /you cancelled there/);
  assert.equal(await on(page).userName.count(), 0);
  await on(page).backToAccount.click();
  await waitForDashboard(page);
  await on(page).linkProvider(idp.label).waitFor();
  assert.equal(await page.getByText('is connected').count(), 0);
  assert.deepEqual((await me(browser)).identities, []);
});

fixture.test(
  'the identity of somebody else is refused, with a number, and the session goes on',
  async ({ newBrowser }) => {
    const other = await newBrowser();
    await throughTheDoor(other.page, 'harriet');
    await waitForDashboard(other.page);
    const browser = await newBrowser();
    const { page } = browser;
    await signIn(page, clara);
    await on(page).linkProvider(idp.label).click();
    await signInAtProvider(page, 'harriet');
    const said = await signedInError(page, 'link_refused');
    assert.match(
      said,
      /What you have begun through Harbour ID did not work\. It opens another account already/,
    );
    assert.equal(said.match(uuid)?.[0], new URL(page.url()).searchParams.get('trace'));
    await look(page, 'link-refused-inside');
    await on(page).backToAccount.click();
    await waitForDashboard(page);
    assert.deepEqual((await me(browser)).identities, []);
    assert.equal((await me(other)).identities.length, 1);
  },
);

fixture.test('disconnecting says first what will happen, and does it only then', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await signIn(page, dora);
  await connect(page, 'dora-there');
  await on(page).unlinkProvider(idp.label).click();
  const question = page.getByRole('group', { name: /^Disconnect Harbour ID\?/ });
  assert.match(await question.innerText(), /dora-there@example\.org\s+does not reach this account any more/);
  assert.ok(await question.evaluate((element) => element === document.activeElement));
  await look(page, 'disconnect');
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  assert.ok(
    await on(page)
      .unlinkProvider(idp.label)
      .evaluate((element) => element === document.activeElement),
  );
  assert.equal((await me(browser)).identities.length, 1);

  await on(page).unlinkProvider(idp.label).press('Enter');
  await on(page).confirmUnlink.click();
  await page.getByText(`${idp.label} is disconnected.`).waitFor();
  await on(page).linkProvider(idp.label).waitFor();
  await assertAccessible(page, 'the dashboard after disconnecting');
  assert.deepEqual((await me(browser)).identities, []);
});

fixture.test('what was disconnected opens nothing until it is connected again', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, edith);
  await connect(page, 'edith-there');
  const elsewhere = await newBrowser();
  await throughTheDoor(elsewhere.page, 'edith-there');
  await waitForDashboard(elsewhere.page);

  await on(page).unlinkProvider(idp.label).click();
  await on(page).confirmUnlink.click();
  await on(page).linkProvider(idp.label).waitFor();
  // Sessions that were opened through it have ended, and this one goes on.
  await elsewhere.page.reload();
  await waitForSignInPage(elsewhere.page);
  assert.equal((await elsewhere.context.request.get('/api/auth/me')).status(), 401);
  await throughTheDoor(elsewhere.page, 'edith-there');
  await elsewhere.page.waitForURL((url) => url.searchParams.get('error') === 'identity_unlinked');

  await connect(page, 'edith-there');
  await throughTheDoor(elsewhere.page, 'edith-there');
  await waitForDashboard(elsewhere.page);
});

fixture.test('the only way into an account stays, and it is explained why', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await throughTheDoor(page, 'imelda');
  await waitForDashboard(page);
  await on(page).unlinkProvider(idp.label).click();
  await page.getByText(`${idp.label} is the only way into your account, so it stays.`).waitFor();
  assert.equal(await on(page).confirmUnlink.count(), 0);
  await page.getByRole('button', { name: 'Close' }).click();
  // Nor does the server do it for who asks without the page.
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

fixture.test('who signed out meanwhile has connected nothing', async ({ newBrowser }) => {
  const { page, newTab } = await newBrowser();
  await signIn(page, flora);
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
  await on(other).linkProvider(idp.label).waitFor();
});

fixture.test('the way back is not a page to come back to', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, greta);
  await page.goto(`/?linked=${idp.name}`);
  await on(page).linkProvider(idp.label).waitFor();
  await page.waitForURL((url) => url.search === '');
  assert.equal(
    await page.getByText('is connected').count(),
    0,
    'an address alone says nothing that is not so',
  );
});

/** Light and dark, on a desk and on a phone. */
async function look(page, name) {
  for (const [screen, viewport] of Object.entries({ desktop, phone })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page, `${name}, ${screen}, ${colorScheme}`);
      await screenshot(page, `${name}-${screen}-${colorScheme}`);
    }
  }
  await page.setViewportSize({ width: 320, height: 640 });
  await assertNoSidewaysScroll(page, name);
  await page.setViewportSize(phone);
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await assertNoSidewaysScroll(page, `${name} with large text`);
  await screenshot(page, `${name}-phone-large-text`);
  await page.evaluate(() => (document.documentElement.style.fontSize = ''));
  await page.setViewportSize(desktop);
}

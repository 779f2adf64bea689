// Connecting and disconnecting providers from the account: what it says before, what it says after, and what it leaves alone.
import assert from 'node:assert/strict';
import { assertAccessible, assertNoSidewaysScroll, desktop, phone, picture } from '../harness/browser.mjs';
import { ada, like, open } from '../harness/house.mjs';
import { HOME, dashboard, on, refusedInside, signIn, signInPage } from '../harness/pages.mjs';
import { askedByProvider, beAtProvider, idp, refuseAtProvider } from '../harness/provider.mjs';

const uuid = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/;
const names = ['agnes', 'beryl', 'clara', 'dora', 'edith', 'flora', 'greta'];
const [agnes, beryl, clara, dora, edith, flora, greta] = names.map((name) => like(ada, name));
const house = open({ people: [agnes, beryl, clara, dora, edith, flora, greta], federated: true });

/** Through the provider's page as somebody there, and back to the account. */
async function connect(page, login) {
  await on(page).connect(idp.label).click();
  await beAtProvider(page, login);
  await dashboard(page);
  await on(page).disconnect(idp.label).waitFor();
}

async function throughTheDoor(page, login) {
  await page.goto('/login');
  await on(page).door(idp.label).click();
  await beAtProvider(page, login);
}

const me = async ({ context }) => (await context.request.get('/api/auth/me')).json();

house.test(
  'connecting ends where it began, says so once, and opens the same account from then on',
  async ({ visit }) => {
    const visitor = await visit();
    const { page } = visitor;
    await signIn(page, agnes);
    await page.goto('/?tab=devices');
    await on(page).ways.getByText('Password', { exact: true }).waitFor();
    assert.equal(await on(page).disconnect(idp.label).count(), 0);
    await connect(page, 'agnes-there');
    await page.getByText(`${idp.label} is connected. It opens your account now.`).waitFor();
    await page.waitForURL((url) => url.pathname === HOME && url.search === '?tab=devices');
    assert.match(await on(page).ways.innerText(), /as agnes-there@example\.org/);
    assert.equal(await on(page).connect(idp.label).count(), 0);
    await assertAccessible(page, 'the dashboard after connecting');
    await page.reload();
    await on(page).disconnect(idp.label).waitFor();
    assert.equal(await page.getByText('is connected').count(), 0);

    const elsewhere = await visit();
    await throughTheDoor(elsewhere.page, 'agnes-there');
    await dashboard(elsewhere.page);
    assert.equal((await me(elsewhere)).id, (await me(visitor)).id);
  },
);

house.test('who cancels at the provider is told so, signed in as before', async ({ visit }) => {
  const visitor = await visit();
  const { page } = visitor;
  await signIn(page, beryl);
  await on(page).connect(idp.label).click();
  await refuseAtProvider(page);
  assert.match(await refusedInside(page, 'access_denied'), /you cancelled there/);
  assert.equal(await on(page).userName.count(), 0);
  await on(page).backToAccount.click();
  await dashboard(page);
  await on(page).connect(idp.label).waitFor();
  assert.equal(await page.getByText('is connected').count(), 0);
  assert.deepEqual((await me(visitor)).identities, []);
});

house.test(
  'the identity of somebody else is refused, with a number, and the session goes on',
  async ({ visit }) => {
    const other = await visit();
    await throughTheDoor(other.page, 'harriet');
    await dashboard(other.page);
    const visitor = await visit();
    const { page } = visitor;
    await signIn(page, clara);
    await on(page).connect(idp.label).click();
    await beAtProvider(page, 'harriet');
    const said = await refusedInside(page, 'link_refused');
    assert.match(
      said,
      /What you have begun through Harbour ID did not work\. It opens another account already/,
    );
    assert.equal(said.match(uuid)?.[0], new URL(page.url()).searchParams.get('trace'));
    await look(page, 'link-refused-inside');
    await on(page).backToAccount.click();
    await dashboard(page);
    assert.deepEqual((await me(visitor)).identities, []);
    assert.equal((await me(other)).identities.length, 1);
  },
);

house.test('disconnecting says first what will happen, and does it only then', async ({ visit }) => {
  const visitor = await visit();
  const { page } = visitor;
  await signIn(page, dora);
  await connect(page, 'dora-there');
  await on(page).disconnect(idp.label).click();
  const question = page.getByRole('group', { name: /^Disconnect Harbour ID\?/ });
  assert.match(await question.innerText(), /dora-there@example\.org\s+does not reach this account any more/);
  assert.ok(await question.evaluate((element) => element === document.activeElement));
  await look(page, 'disconnect');
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  assert.ok(
    await on(page)
      .disconnect(idp.label)
      .evaluate((element) => element === document.activeElement),
  );
  assert.equal((await me(visitor)).identities.length, 1);

  await on(page).disconnect(idp.label).press('Enter');
  await on(page).reallyDisconnect.click();
  await page.getByText(`${idp.label} is disconnected.`).waitFor();
  await on(page).connect(idp.label).waitFor();
  await assertAccessible(page, 'the dashboard after disconnecting');
  assert.deepEqual((await me(visitor)).identities, []);
});

house.test('what was disconnected opens nothing until it is connected again', async ({ visit }) => {
  const { page } = await visit();
  await signIn(page, edith);
  await connect(page, 'edith-there');
  const elsewhere = await visit();
  await throughTheDoor(elsewhere.page, 'edith-there');
  await dashboard(elsewhere.page);

  await on(page).disconnect(idp.label).click();
  await on(page).reallyDisconnect.click();
  await on(page).connect(idp.label).waitFor();
  // Sessions that were opened through it have ended, and this one goes on.
  await elsewhere.page.reload();
  await signInPage(elsewhere.page);
  assert.equal((await elsewhere.context.request.get('/api/auth/me')).status(), 401);
  await throughTheDoor(elsewhere.page, 'edith-there');
  await elsewhere.page.waitForURL((url) => url.searchParams.get('error') === 'identity_unlinked');

  await connect(page, 'edith-there');
  await throughTheDoor(elsewhere.page, 'edith-there');
  await dashboard(elsewhere.page);
});

house.test('the only way into an account stays, and it is explained why', async ({ visit }) => {
  const visitor = await visit();
  const { page } = visitor;
  await throughTheDoor(page, 'imelda');
  await dashboard(page);
  await on(page).disconnect(idp.label).click();
  await page.getByText(`${idp.label} is the only way into your account, so it stays.`).waitFor();
  assert.equal(await on(page).reallyDisconnect.count(), 0);
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
  assert.equal((await me(visitor)).identities.length, 1);
});

house.test('who signed out meanwhile has connected nothing', async ({ visit }) => {
  const { page, newTab } = await visit();
  await signIn(page, flora);
  await on(page).connect(idp.label).click();
  await askedByProvider(page);
  const other = await newTab();
  await other.goto('/');
  await dashboard(other);
  await on(other).signOut.click();
  await signInPage(other);
  await beAtProvider(page, 'flora-there');
  await page.waitForURL((url) => url.searchParams.get('error') === 'link_refused');
  await signInPage(page);
  await signIn(other, flora);
  await on(other).connect(idp.label).waitFor();
});

house.test('the way back is not a page to come back to', async ({ visit }) => {
  const { page } = await visit();
  await signIn(page, greta);
  await page.goto(`/?linked=${idp.name}`);
  await on(page).connect(idp.label).waitFor();
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
      await picture(page, `${name}-${screen}-${colorScheme}`);
    }
  }
  await page.setViewportSize({ width: 320, height: 640 });
  await assertNoSidewaysScroll(page, name);
  await page.setViewportSize(phone);
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await assertNoSidewaysScroll(page, `${name} with large text`);
  await picture(page, `${name}-phone-large-text`);
  await page.evaluate(() => (document.documentElement.style.fontSize = ''));
  await page.setViewportSize(desktop);
}

// The federated door, through the real provider: buttons, the first sign-in, the way back, and what stays in the browser.
import assert from 'node:assert/strict';
import { assertAccessible } from '../../harness/browser.mjs';
import { ada, createFixture } from '../../harness/fixture.mjs';
import { waitForDashboard, fillSignIn, on, waitForSignInPage } from '../../harness/pages.mjs';
import { signInAtProvider, idp, signOutAtProvider } from '../../harness/provider.mjs';

const fixture = createFixture({ users: [ada], federated: true });
const providerLink = (page) => on(page).providerLink(idp.label);
const region = (page, name) => page.getByRole('region', { name }).innerText();

fixture.test(
  'both doors are on the sign-in page; the federated one is a plain link',
  async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/login?returnTo=%2F%3Fa%3Db');
    await waitForSignInPage(page);
    await providerLink(page).waitFor();
    assert.equal(await providerLink(page).getAttribute('href'), '/api/auth/login/idp?returnTo=%2F%3Fa%3Db');
    assert.equal(await providerLink(page).locator('svg').count(), 1);
    await assertAccessible(page, 'the sign-in page with a provider');
    await fillSignIn(page, ada);
    await waitForDashboard(page);
  },
);

fixture.test('the first sign-in makes an account, the second one finds it', async ({ newBrowser }) => {
  const ids = [];
  for (const time of ['first', 'second']) {
    const { page, context } = await newBrowser();
    await page.goto('/login');
    await providerLink(page).click();
    await signInAtProvider(page, 'grace');
    await waitForDashboard(page);
    assert.match(await region(page, 'About you'), /Grace Hopper/, time);
    assert.match(await region(page, 'About you'), /grace@corp\.example/, time);
    assert.match(await region(page, 'This session'), /Signed in with\s+Through Harbour ID/, time);
    await on(page).unlinkProvider(idp.label).waitFor();
    const ways = await region(page, 'Ways to sign in');
    assert.match(ways, /Harbour ID/);
    assert.match(ways, /grace@corp\.example/);
    assert.doesNotMatch(ways, /Password/);
    await assertAccessible(page, `the dashboard of the ${time} federated sign-in`);
    const me = await (await context.request.get('/api/auth/me')).json();
    assert.equal(me.username, null, 'a user name is never taken from a claim');
    ids.push(me.id);
    await on(page).signOut.click();
    await signOutAtProvider(page);
  }
  assert.equal(ids[0], ids[1]);
});

fixture.test('a deep link survives the round trip, with its question', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/?tab=devices&x=%C3%A9');
  await waitForSignInPage(page);
  await providerLink(page).click();
  await signInAtProvider(page, 'deirdre');
  await waitForDashboard(page);
  assert.equal(new URL(page.url()).search, '?tab=devices&x=%C3%A9');
});

fixture.test('a way back to another origin is not taken', async ({ newBrowser, service }) => {
  for (const address of ['https://evil.example/', '//evil.example/', '/\\evil.example', '/%5Cevil.example']) {
    const { page } = await newBrowser();
    await page.goto(`/api/auth/login/idp?returnTo=${encodeURIComponent(address)}`);
    await signInAtProvider(page, 'deirdre');
    await waitForDashboard(page);
    assert.equal(new URL(page.url()).origin, service.url, address);
  }
});

fixture.test('two tabs can sign in at the same time', async ({ newBrowser }) => {
  const { page, newTab } = await newBrowser();
  const other = await newTab();
  await page.goto('/api/auth/login/idp?returnTo=%2F%3Ftab%3Done');
  await other.goto('/api/auth/login/idp?returnTo=%2F%3Ftab%3Dtwo');
  await signInAtProvider(page, 'fiona');
  await signInAtProvider(other, 'fiona');
  await waitForDashboard(page);
  await waitForDashboard(other);
  assert.equal(new URL(page.url()).search, '?tab=one');
  assert.equal(new URL(other.url()).search, '?tab=two');
});

fixture.test('a tab that waits at the sign-in page comes in too', async ({ newBrowser }) => {
  const { page, newTab } = await newBrowser();
  await page.goto('/login');
  await waitForSignInPage(page);
  const other = await newTab();
  await other.goto('/login');
  await providerLink(other).click();
  await signInAtProvider(other, 'fiona');
  await waitForDashboard(other);
  await waitForDashboard(page);
});

fixture.test('the door used last is marked, until another one is used', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login');
  await providerLink(page).waitFor();
  assert.equal(await page.getByText('Last used').count(), 0);
  await providerLink(page).click();
  await signInAtProvider(page, 'imogen');
  await waitForDashboard(page);
  await on(page).signOut.click();
  await signOutAtProvider(page);
  await page.goto('/login');
  await providerLink(page).getByText('Last used').waitFor();
  await fillSignIn(page, ada);
  await waitForDashboard(page);
  await on(page).signOut.click();
  await waitForSignInPage(page);
  await providerLink(page).waitFor();
  assert.equal(await page.getByText('Last used').count(), 0);
});

fixture.test(
  'no token reaches the page: not its storage, cookies, addresses or answers',
  async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    const addresses = [];
    const answers = [];
    let home;
    page.on('framenavigated', (frame) => addresses.push(frame.url()));
    page.on('response', async (response) => {
      const type = response.headers()['content-type'] ?? '';
      const ours = new URL(response.url()).origin === home;
      if (ours && /json/.test(type)) answers.push(await response.text().catch(() => ''));
    });
    await page.goto('/login');
    home = new URL(page.url()).origin;
    await providerLink(page).click();
    await signInAtProvider(page, 'jocelyn');
    await waitForDashboard(page);
    const kept = await page.evaluate(async () => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookie: document.cookie,
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
    }));
    assert.deepEqual(kept.local, { 'vestibule.last-provider': 'idp' });
    assert.deepEqual([kept.session, kept.databases, kept.caches], [{}, [], []]);
    assert.match(kept.cookie, /^XSRF-TOKEN=[^;]+$/, 'the page can read the CSRF token and nothing else');
    const jwt = /eyJ[\w-]{10,}\.[\w-]{10,}\./;
    for (const text of [...addresses, ...answers]) {
      assert.doesNotMatch(text, jwt);
      assert.doesNotMatch(text, /access_token|id_token|refresh_token/);
    }
    for (const address of addresses.filter((each) => each.startsWith(home)))
      assert.doesNotMatch(address, /[?&](code|state)=/, 'what the provider sent stays out of the history');
    for (const cookie of await context.cookies(home))
      if (cookie.name !== 'XSRF-TOKEN') assert.equal(cookie.httpOnly, true, cookie.name);
  },
);

// Federated login with the provider of tests/provider: links, first login, return path, and what the browser stores.
import assert from 'node:assert/strict';
import { assertAccessible } from '../../harness/browser.mjs';
import { ada, createFixture } from '../../harness/fixture.mjs';
import { fillSignIn, on, waitForDashboard, waitForSignInPage, openSection } from '../../harness/pages.mjs';
import { idp, signInAtProvider, signOutAtProvider } from '../../harness/provider.mjs';

const fixture = createFixture({ users: [ada], federated: true });
const providerLink = (page) => on(page).providerLink(idp.label);
const region = (page, name) => page.getByRole('region', { name }).innerText();

fixture.test(
  'the sign-in page has the password form and a plain link for each provider',
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

fixture.test('the first login creates an account and the second one opens it', async ({ newBrowser }) => {
  const ids = [];
  for (const time of ['first', 'second']) {
    const { page, context } = await newBrowser();
    await page.goto('/login');
    await providerLink(page).click();
    await signInAtProvider(page, 'grace');
    await waitForDashboard(page);
    const profile = await region(page, 'Profile');
    assert.match(profile, /Grace Hopper[\s\S]*from Harbour ID\. A name that you save here/, time);
    assert.match(profile, /grace@corp\.example[\s\S]*from Harbour ID\n/, time);
    assert.match(profile, /Open picture\s*from Harbour ID/, time);
    assert.match(await region(page, 'Preferences'), /The language comes from Harbour ID/, time);
    assert.match(await region(page, 'This session'), /Signed in with\s+Harbour ID/, time);
    await openSection(page, 'Security');
    await on(page).unlinkProvider(idp.label).waitFor();
    const methods = await region(page, 'Sign-in methods');
    assert.match(methods, /Harbour ID/);
    assert.match(methods, /grace@corp\.example/);
    assert.doesNotMatch(methods, /Password/);
    await assertAccessible(page, `the dashboard of the ${time} federated sign-in`);
    const me = await (await context.request.get('/api/auth/me')).json();
    assert.equal(me.username, null, 'a user name is never taken from a claim');
    ids.push(me.id);
    await on(page).signOut.click();
    await signOutAtProvider(page);
  }
  assert.equal(ids[0], ids[1]);
});

fixture.test('a deep link with its query is kept through the provider', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/?tab=devices&x=%C3%A9');
  await waitForSignInPage(page);
  await providerLink(page).click();
  await signInAtProvider(page, 'deirdre');
  await waitForDashboard(page);
  assert.equal(new URL(page.url()).search, '?tab=devices&x=%C3%A9');
});

fixture.test('a return path to another origin is ignored', async ({ newBrowser, service }) => {
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

fixture.test('a tab at the sign-in page continues after a login in another tab', async ({ newBrowser }) => {
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

fixture.test(
  'the provider used last is marked until another sign-in method is used',
  async ({ newBrowser }) => {
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
  },
);

fixture.test(
  'no token reaches the storage, cookies, URLs or responses of the page',
  async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    const urls = [];
    const answers = [];
    let home;
    page.on('framenavigated', (frame) => urls.push(frame.url()));
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
    for (const text of [...urls, ...answers]) {
      assert.doesNotMatch(text, jwt);
      assert.doesNotMatch(text, /access_token|id_token|refresh_token/);
    }
    for (const url of urls.filter((each) => each.startsWith(home)))
      assert.doesNotMatch(url, /[?&](code|state)=/, 'code and state stay out of the history');
    for (const cookie of await context.cookies(home))
      if (cookie.name !== 'XSRF-TOKEN') assert.equal(cookie.httpOnly, true, cookie.name);
  },
);

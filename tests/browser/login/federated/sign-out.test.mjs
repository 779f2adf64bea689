// Logout of a federated session: here first and then at the provider, or at the provider first with a logout token.
import assert from 'node:assert/strict';
import { assertAccessible, screenshot } from '../../harness/browser.mjs';
import { ada, createFixture } from '../../harness/fixture.mjs';
import { on, signIn, waitForDashboard, waitForSignInPage } from '../../harness/pages.mjs';
import {
  endProviderSession,
  idp,
  providerOrigin,
  requestedParams,
  signInAtProvider,
  signOutAtProvider,
} from '../../harness/provider.mjs';

const fixture = createFixture({ users: [ada], federated: true });

async function signInWithProvider(page, login) {
  await page.goto('/login');
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, login);
  await waitForDashboard(page);
}

const state = async ({ context }) => (await (await context.request.get('/api/auth/session')).json()).state;

fixture.test(
  'logout ends the session, then goes to the provider and returns to the sign-in page',
  async ({ newBrowser }) => {
    const browser = await newBrowser();
    const { page, cookie } = browser;
    await signInWithProvider(page, 'agnes');
    // The service redirects to the provider: no script of the page can read the ID token in the URL.
    const step = page.waitForRequest((request) =>
      /\/api\/auth\/logout\/continue\?key=[\w-]{22,}$/.test(request.url()),
    );
    await on(page).signOut.click();
    assert.equal((await step).isNavigationRequest(), true);
    await page.waitForURL((url) => url.pathname.startsWith('/session/end'));
    assert.equal(await state(browser), 'anonymous', 'the session ends before the provider asks');
    assert.equal(await cookie('vestibule'), undefined);
    await signOutAtProvider(page);
    await waitForSignInPage(page);
    assert.equal(await on(page).alert.count(), 0);
    await on(page).heading.filter({ hasText: 'Sign in' }).waitFor();
    assert.equal(await state(browser), 'anonymous');
  },
);

fixture.test('the next login sends prompt=login and the one after it does not', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signInWithProvider(page, 'beryl');
  await on(page).signOut.click();
  await signOutAtProvider(page, 'Stay signed in');
  await waitForSignInPage(page);
  await on(page).providerLink(idp.label).click();
  assert.match(await requestedParams(page), /prompt=login/);
  await signInAtProvider(page, 'beryl');
  await waitForDashboard(page);
  await page.context().clearCookies({ name: /^vestibule-\d+$/ });
  await page.goto('/login');
  await on(page).providerLink(idp.label).click();
  assert.doesNotMatch(await requestedParams(page), /prompt/);
});

fixture.test('the other tabs go to the sign-in page and not to the provider', async ({ newBrowser }) => {
  const { page, newTab } = await newBrowser();
  await signInWithProvider(page, 'clara');
  const other = await newTab();
  await other.goto('/');
  await waitForDashboard(other);
  await on(page).signOut.click();
  await waitForSignInPage(other);
  await other.getByText('You have signed out.').waitFor();
  await signOutAtProvider(page);
  await waitForSignInPage(page);
});

fixture.test('after a logout at the provider the page shows the reason at once', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page, newTab } = browser;
  await page.goto('/login?returnTo=%2F%3Ftab%3Ddevices');
  await on(page).providerLink(idp.label).click();
  const provider = await providerOrigin(page);
  await signInAtProvider(page, 'doris');
  await waitForDashboard(page);
  const elsewhere = await newTab();
  await endProviderSession(elsewhere, provider);
  assert.equal(await state(browser), 'anonymous', 'the session ends before the page requests it');
  // No activity is necessary: the stream of the server's events reports the end.
  await waitForSignInPage(page);
  await page.getByText('Your sign-in provider signed you out.').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('reason'), 'provider_logout');
  assert.doesNotMatch(await page.locator('body').innerText(), /doris/i, 'the page shows no account data');
  await assertAccessible(page, 'the sign-in page after a logout at the provider');
  await screenshot(page, 'login-after-provider-logout-desktop-light');
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, 'doris');
  await waitForDashboard(page);
  assert.equal(new URL(page.url()).search, '?tab=devices', 'the deep link is kept');
});

fixture.test('a state parameter after the logout at the provider is ignored', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login?state=%3Cb%3E555');
  await waitForSignInPage(page);
  assert.doesNotMatch(await page.locator('body').innerHTML(), /555/);
  await signIn(page, ada);
});

fixture.test('logout of a password session does not go to the provider', async ({ newBrowser }) => {
  const { page, requests } = await newBrowser();
  await signIn(page, ada);
  await on(page).signOut.click();
  await waitForSignInPage(page);
  await page.getByText('You have signed out.').waitFor();
  assert.equal(requests('GET').filter(({ path }) => path.startsWith('/session/end')).length, 0);
});

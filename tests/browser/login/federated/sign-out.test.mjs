// Leaving a session that came through the provider: over here first, then there, and back at the sign-in page; or there
// first, of which the provider tells the service.
import assert from 'node:assert/strict';
import { assertAccessible, screenshot } from '../../harness/browser.mjs';
import { ada, createFixture } from '../../harness/fixture.mjs';
import { waitForDashboard, on, signIn, waitForSignInPage } from '../../harness/pages.mjs';
import {
  requestedParams,
  signInAtProvider,
  idp,
  endProviderSession,
  providerOrigin,
  signOutAtProvider,
} from '../../harness/provider.mjs';

// So that whoever moves is heard of after five seconds.
const fixture = createFixture({ users: [ada], federated: true, settings: { VESTIBULE_SESSION_IDLE: '30s' } });

async function comeIn(page, login) {
  await page.goto('/login');
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, login);
  await waitForDashboard(page);
}

const state = async ({ context }) => (await (await context.request.get('/api/auth/session')).json()).state;

fixture.test(
  'it goes to the provider and comes back to the ordinary sign-in page',
  async ({ newBrowser }) => {
    const browser = await newBrowser();
    const { page, cookie } = browser;
    await comeIn(page, 'agnes');
    await on(page).signOut.click();
    await page.waitForURL((url) => url.pathname.startsWith('/session/end'));
    assert.equal(await state(browser), 'anonymous', 'over here before anything is asked there');
    assert.equal(await cookie('vestibule'), undefined);
    await signOutAtProvider(page);
    await waitForSignInPage(page);
    assert.equal(await on(page).alert.count(), 0);
    await on(page).heading.filter({ hasText: 'Sign in' }).waitFor();
    assert.equal(await state(browser), 'anonymous');
  },
);

fixture.test(
  'the next sign-in there asks who it is, and the one after it as usual',
  async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await comeIn(page, 'beryl');
    await on(page).signOut.click();
    await signOutAtProvider(page, 'Stay signed in');
    await waitForSignInPage(page);
    await on(page).providerLink(idp.label).click();
    assert.match(await requestedParams(page), /prompt=login/);
    await signInAtProvider(page, 'beryl');
    await waitForDashboard(page);
    await page.context().clearCookies({ name: 'vestibule' });
    await page.goto('/login');
    await on(page).providerLink(idp.label).click();
    assert.doesNotMatch(await requestedParams(page), /prompt/);
  },
);

fixture.test('the other tabs leave at once, and stay in the fixture', async ({ newBrowser }) => {
  const { page, newTab } = await newBrowser();
  await comeIn(page, 'clara');
  const other = await newTab();
  await other.goto('/');
  await waitForDashboard(other);
  await on(page).signOut.click();
  await waitForSignInPage(other);
  await other.getByText('You have signed out.').waitFor();
  await signOutAtProvider(page);
  await waitForSignInPage(page);
});

fixture.test(
  'who signs out at the provider is told so here by the next sign of life',
  async ({ newBrowser }) => {
    const browser = await newBrowser();
    const { page, newTab } = browser;
    await page.goto('/login?returnTo=%2F%3Ftab%3Ddevices');
    await on(page).providerLink(idp.label).click();
    const provider = await providerOrigin(page);
    await signInAtProvider(page, 'doris');
    await waitForDashboard(page);
    const elsewhere = await newTab();
    await endProviderSession(elsewhere, provider);
    assert.equal(await state(browser), 'anonymous', 'it is over before the page knows of it');
    await waitForDashboard(page);
    const said = page.getByText('You were signed out by your sign-in provider.');
    for (let n = 0; n < 40 && !(await said.isVisible()); n++) {
      await page.mouse.move(100 + n * 10, 200);
      await page.waitForTimeout(250);
    }
    await waitForSignInPage(page);
    await said.waitFor();
    assert.equal(new URL(page.url()).searchParams.get('reason'), 'provider_logout');
    assert.doesNotMatch(await page.locator('body').innerText(), /doris/i, 'nothing of the account is left');
    await assertAccessible(page, 'the sign-in page after a logout at the provider');
    await screenshot(page, 'login-after-provider-logout-desktop-light');
    await on(page).providerLink(idp.label).click();
    await signInAtProvider(page, 'doris');
    await waitForDashboard(page);
    assert.equal(new URL(page.url()).search, '?tab=devices', 'back where they were');
  },
);

fixture.test('what a provider adds to the way back means nothing', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login?state=%3Cb%3E555');
  await waitForSignInPage(page);
  assert.doesNotMatch(await page.locator('body').innerHTML(), /555/);
  await signIn(page, ada);
});

fixture.test('a session that came through the local door ends here alone', async ({ newBrowser }) => {
  const { page, requests } = await newBrowser();
  await signIn(page, ada);
  await on(page).signOut.click();
  await waitForSignInPage(page);
  await page.getByText('You have signed out.').waitFor();
  assert.equal(requests('GET').filter(({ path }) => path.startsWith('/session/end')).length, 0);
});

// Sign-ins through the provider that end at the sign-in page: each says why, what to do next, and by which number an
// administrator finds it.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { assertAccessible } from '../../harness/browser.mjs';
import { ada, createFixture } from '../../harness/fixture.mjs';
import {
  assertFocusAtError,
  waitForDashboard,
  fillSignIn,
  on,
  waitForSignInPage,
} from '../../harness/pages.mjs';
import { signInAtProvider, idp, cancelAtProvider, signOutAtProvider } from '../../harness/provider.mjs';

const uuid = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/;

/** What the page says, and that the keyboard is there. */
async function refusal(page, code) {
  await page.waitForURL((url) => url.pathname === '/login' && url.searchParams.get('error') === code);
  await waitForSignInPage(page);
  await assertFocusAtError(page, on(page).userName);
  await assertAccessible(page, `the refusal ${code}`);
  return on(page).alert.first().innerText();
}

describe('where the provider may not open accounts', () => {
  const fixture = createFixture({
    users: [ada],
    federated: true,
    settings: { VESTIBULE_PROVIDER_IDP_ALLOW_SIGNUP: 'false' },
  });

  fixture.test('a stranger hears so, with a number that can be copied', async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto('/login?returnTo=%2F%3Ftab%3Ddevices');
    await on(page).providerLink(idp.label).click();
    await signInAtProvider(page, 'sheila');
    const said = await refusal(page, 'signup_not_allowed');
    assert.match(said, /Signing in through Harbour ID did not work\. There is no account for you here/);
    const [trace] = said.match(uuid) ?? [];
    assert.ok(trace, said);
    assert.equal(new URL(page.url()).searchParams.get('trace'), trace);
    await on(page).copyId.click();
    await page.getByText('Copied').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), trace);
    assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
    // Both doors stay open, and the deep link is not lost.
    await fillSignIn(page, ada);
    await waitForDashboard(page);
    assert.equal(new URL(page.url()).search, '?tab=devices');
  });

  fixture.test('who says no at the provider comes back to try again', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/login');
    await on(page).providerLink(idp.label).click();
    await cancelAtProvider(page);
    assert.match(await refusal(page, 'access_denied'), /you cancelled there/);
    await on(page).providerLink(idp.label).waitFor();
  });

  fixture.test('a sign-in of nobody knows where has expired', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/api/auth/callback/idp?code=a&state=b');
    assert.match(await refusal(page, 'login_expired'), /not valid any more.* Start again from this page/);
    assert.equal(await page.title(), 'That did not work · Vestibule');
  });

  fixture.test('a provider that does not exist is not known', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/api/auth/login/nobody');
    assert.match(await refusal(page, 'provider_unknown'), /not set up here/);
  });

  fixture.test('nothing that somebody wrote into the address is shown', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/login?error=Call+555&trace=Call+555&provider=%3Cb%3Eevil&returnTo=%2F%2Fevil.example');
    await waitForSignInPage(page);
    await on(page).alert.waitFor();
    assert.doesNotMatch(await page.locator('body').innerHTML(), /555|evil/);
  });
});

describe('a disabled account', () => {
  const fixture = createFixture({ federated: true });

  fixture.test('is not opened by the provider either', async ({ newBrowser, service }) => {
    const { page, context } = await newBrowser();
    await page.goto('/login');
    await on(page).providerLink(idp.label).click();
    await signInAtProvider(page, 'ursula');
    await waitForDashboard(page);
    const { id } = await (await context.request.get('/api/auth/me')).json();
    await on(page).signOut.click();
    await signOutAtProvider(page);
    await service.command(['users', 'disable', id]);
    await page.goto('/login');
    await on(page).providerLink(idp.label).click();
    await signInAtProvider(page, 'ursula');
    assert.match(await refusal(page, 'account_disabled'), /disabled/);
  });
});

describe('a provider that is down', () => {
  // Port 9 of this machine is the discard service, which nobody runs.
  const fixture = createFixture({
    users: [ada],
    settings: {
      VESTIBULE_PROVIDERS: 'idp',
      VESTIBULE_PROVIDER_IDP_ISSUER: 'http://127.0.0.1:9',
      VESTIBULE_PROVIDER_IDP_CLIENT_ID: 'vestibule',
      VESTIBULE_PROVIDER_IDP_CLIENT_SECRET: 'nothing-secret-about-it',
      VESTIBULE_PROVIDER_IDP_LABEL: idp.label,
    },
  });

  fixture.test('says so in place of its link, and the local door works', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/api/auth/login/idp');
    assert.match(await refusal(page, 'provider_unavailable'), /cannot be reached right now/);
    await page.goto('/login');
    await page.getByText(`${idp.label} cannot be reached right now`).waitFor();
    assert.equal(await on(page).providerLink(idp.label).count(), 0);
    await assertAccessible(page, 'the sign-in page with a provider that is down');
    await fillSignIn(page, ada);
    await waitForDashboard(page);
  });
});

// Federated logins that end at `/login?error=CODE`: the page shows the reason, the next step and the ID of the audit event.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { assertAccessible } from '../../harness/browser.mjs';
import { ada, createFixture } from '../../harness/fixture.mjs';
import {
  assertFocusAtError,
  fillSignIn,
  on,
  waitForDashboard,
  waitForSignInPage,
} from '../../harness/pages.mjs';
import { cancelAtProvider, idp, signInAtProvider, signOutAtProvider } from '../../harness/provider.mjs';

const uuid = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/;

/** Returns the text of the error, which has the focus. */
async function errorText(page, code) {
  await page.waitForURL((url) => url.pathname === '/login' && url.searchParams.get('error') === code);
  await waitForSignInPage(page);
  await assertFocusAtError(page, on(page).userName);
  await assertAccessible(page, `the error page of ${code}`);
  return on(page).alert.first().innerText();
}

describe('a provider without sign-up', () => {
  const fixture = createFixture({
    users: [ada],
    federated: true,
    settings: { VESTIBULE_PROVIDER_IDP_ALLOW_SIGNUP: 'false' },
  });

  fixture.test('an unknown user is refused with an ID that can be copied', async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto('/login?returnTo=%2F%3Ftab%3Ddevices');
    await on(page).providerLink(idp.label).click();
    await signInAtProvider(page, 'sheila');
    const text = await errorText(page, 'signup_not_allowed');
    assert.match(text, /Sign-in with Harbour ID failed\. You have no account here/);
    const [trace] = text.match(uuid) ?? [];
    assert.ok(trace, text);
    assert.equal(new URL(page.url()).searchParams.get('trace'), trace);
    await on(page).copyId.click();
    await page.getByText('Copied').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), trace);
    assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
    // The user can still sign in with the password and reach the deep link.
    await fillSignIn(page, ada);
    await waitForDashboard(page);
    assert.equal(new URL(page.url()).search, '?tab=devices');
  });

  fixture.test('cancelling at the provider returns to the sign-in page', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/login');
    await on(page).providerLink(idp.label).click();
    await cancelAtProvider(page);
    await page.waitForURL((url) => url.searchParams.get('error') === 'login_cancelled');
    await page.getByText(`You cancelled at ${idp.label}.`).waitFor();
    assert.equal(await on(page).alert.count(), 0, 'a cancel is no error');
    await on(page).providerLink(idp.label).waitFor();
  });

  fixture.test('a login that has expired says what to do next', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/login?error=login_expired&provider=idp');
    assert.match(await errorText(page, 'login_expired'), /no longer valid.* Start again from this page/);
    assert.equal(await page.title(), 'Sign in · Vestibule', 'title and heading agree');
  });

  fixture.test('an unknown provider reports provider_unknown', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/api/auth/login/unknown');
    assert.match(await errorText(page, 'provider_unknown'), /not set up here/);
  });

  fixture.test('no text of the URL is shown', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/login?error=Call+555&trace=Call+555&provider=%3Cb%3Eevil&returnTo=%2F%2Fevil.example');
    await waitForSignInPage(page);
    await on(page).alert.waitFor();
    assert.doesNotMatch(await page.locator('body').innerHTML(), /555|evil/);
  });
});

describe('a callback without a login', () => {
  const fixture = createFixture({ federated: true });

  fixture.test('the bookmark of a callback starts the login again', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/api/auth/callback/idp?code=a&state=b');
    await signInAtProvider(page, 'wendy');
    await waitForDashboard(page);
    await page.goto('/api/auth/callback/idp?code=a&state=b');
    await waitForDashboard(page);
  });
});

describe('a disabled account', () => {
  const fixture = createFixture({ federated: true });

  fixture.test('cannot sign in with the provider', async ({ newBrowser, service }) => {
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
    assert.match(await errorText(page, 'account_disabled'), /disabled/);
  });
});

describe('an unavailable provider', () => {
  // Port 9 is the discard service, which does not run on this machine.
  const fixture = createFixture({
    users: [ada],
    settings: {
      VESTIBULE_PROVIDERS: 'idp',
      VESTIBULE_PROVIDER_IDP_ISSUER: 'http://127.0.0.1:9',
      VESTIBULE_PROVIDER_IDP_CLIENT_ID: 'vestibule',
      VESTIBULE_PROVIDER_IDP_CLIENT_SECRET: 'not-a-secret',
      VESTIBULE_PROVIDER_IDP_LABEL: idp.label,
    },
  });

  fixture.test('is shown without a link, and the password login works', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/api/auth/login/idp');
    assert.match(await errorText(page, 'provider_unavailable'), /cannot be reached/);
    await page.goto('/login');
    await page.getByText(`${idp.label} cannot be reached`).waitFor();
    assert.equal(await on(page).providerLink(idp.label).count(), 0);
    await assertAccessible(page, 'the sign-in page with an unavailable provider');
    await fillSignIn(page, ada);
    await waitForDashboard(page);
  });
});

// A provider that sends the authorization response as a form (`_RESPONSE_MODE=form_post`). Its page is on another site, so the browser
// sends no cookies with the form, and sends them with the redirect that follows.
import assert from 'node:assert/strict';
import { createFixture } from '../../harness/fixture.mjs';
import { on, waitForDashboard } from '../../harness/pages.mjs';
import { cancelAtProvider, idp, signInAtProvider } from '../../harness/provider.mjs';

const CALLBACK = `/api/auth/callback/${idp.name}`;
const fixture = createFixture({
  federated: true,
  settings: { VESTIBULE_PROVIDER_IDP_RESPONSE_MODE: 'form_post' },
});

/** Returns the callback requests of a page, in order: the method, whether cookies were sent, and the status. */
function recordCallbacks(page) {
  const callbacks = [];
  page.on('response', (response) => {
    const request = response.request();
    if (new URL(request.url()).pathname !== CALLBACK) return;
    callbacks.push(
      request.allHeaders().then(({ cookie }) => [request.method(), cookie !== undefined, response.status()]),
    );
  });
  return () => Promise.all(callbacks);
}

/** The form without cookies is redirected to a request with cookies, which decides. */
const FORM_THEN_NAVIGATION = [
  ['POST', false, 303],
  ['GET', true, 303],
];

async function startLogin(page, from) {
  await page.goto(from);
  await on(page).providerLink(idp.label).click();
}

fixture.test('the form of the provider opens a session', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  const callbacks = recordCallbacks(page);
  await startLogin(page, '/login?returnTo=%2F%3Ftab%3Ddevices');
  await signInAtProvider(page, 'ursula');
  await waitForDashboard(page);
  assert.equal(new URL(page.url()).search, '?tab=devices');
  assert.deepEqual(await callbacks(), FORM_THEN_NAVIGATION);
  const { session } = await (await context.request.get('/api/auth/me')).json();
  assert.deepEqual([session.method, session.provider], ['federated', idp.name]);
  // Neither the form nor its address is in the history.
  await page.reload();
  await waitForDashboard(page);
  assert.deepEqual(await callbacks(), FORM_THEN_NAVIGATION);
});

fixture.test('cancelling at the provider returns to the sign-in page', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  const callbacks = recordCallbacks(page);
  await startLogin(page, '/login');
  await cancelAtProvider(page);
  await page.waitForURL(
    (url) => url.pathname === '/login' && url.searchParams.get('error') === 'login_cancelled',
  );
  await page.getByText(/^You cancelled at /).waitFor();
  assert.deepEqual(await callbacks(), FORM_THEN_NAVIGATION);
  assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
  // The login can be started again.
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, 'ursula');
  await waitForDashboard(page);
});

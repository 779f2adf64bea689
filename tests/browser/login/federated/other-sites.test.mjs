// Pages on other sites, with a provider that remembers the user: they cannot open or replace a session without a click of the
// user on our page.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after } from 'node:test';
import { assertAccessible, checkAppearance } from '../../harness/browser.mjs';
import { ada, createFixture } from '../../harness/fixture.mjs';
import { HOME, on, signIn, waitForDashboard } from '../../harness/pages.mjs';
import { idp, signInAtProvider } from '../../harness/provider.mjs';

/** Serves one page. The host decides the site: 127.0.0.1 is another site than localhost, where the service is. */
async function serveSite(host) {
  let html = '';
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>A page</title>${html}`);
  });
  await new Promise((done) => server.listen(0, host, done));
  after(() => server.close());
  return {
    url: `http://${host}:${server.address().port}`,
    show: (body) => (html = body),
  };
}

const otherSite = await serveSite('127.0.0.1');
const app = await serveSite('localhost');
const unknownApp = await serveSite('localhost');
const fixture = createFixture({
  users: [ada],
  federated: true,
  remember: true,
  settings: { VESTIBULE_ALLOWED_ORIGINS: app.url, VESTIBULE_REMEMBER: '30d' },
});

const login = (service, returnTo = '/?tab=one') =>
  `${service.url}/api/auth/login/${idp.name}?returnTo=${encodeURIComponent(returnTo)}`;
const link = (url) => `<a href="${url}">Sign in</a>`;
const sessionCookie = async (context) =>
  (await context.cookies()).find(
    ({ name, domain }) => domain === 'localhost' && /^vestibule(-\d+)?$/.test(name),
  );

/** Signs in through the provider and loses the session here, so that only the provider remembers the user. */
async function rememberAtProvider({ page, context }, user) {
  await page.goto(`/api/auth/login/${idp.name}`);
  await signInAtProvider(page, user);
  await waitForDashboard(page);
  await context.clearCookies({ domain: 'localhost' });
}

async function waitForConfirmation(page) {
  await page.waitForURL((url) => url.pathname === '/login' && url.searchParams.get('provider') === idp.name);
  await on(page)
    .heading.filter({ hasText: `Sign in with ${idp.label}?` })
    .waitFor();
}

fixture.test(
  'an image, a frame and a script of another site open no session',
  async ({ newBrowser, service }) => {
    const browser = await newBrowser();
    const { page, context } = browser;
    await rememberAtProvider(browser, 'grace');
    const asked = [];
    context.on('request', (request) => asked.push(request.url()));
    const url = login(service);
    otherSite.show(`<img src="${url}"><iframe src="${url}"></iframe><object data="${url}"></object>
      <embed src="${url}"><link rel="prefetch" href="${url}"><script src="${url}"></script>
      <script>fetch('${url}', { mode: 'no-cors', credentials: 'include' }).catch(() => {})</script>`);
    await page.goto(otherSite.url, { waitUntil: 'networkidle' });
    assert.ok(asked.filter((each) => each.startsWith(url)).length >= 4, 'the browser sent the requests');
    assert.deepEqual(
      asked.filter((each) => each.includes('/auth?') || each.includes('/callback/')),
      [],
      'no request reaches the provider',
    );
    assert.equal(await sessionCookie(context), undefined);
    await page.goto('/login');
    await on(page).userName.waitFor();
  },
  { consoleErrors: true },
);

fixture.test('a link on another site needs one click on our page', async ({ newBrowser, service }) => {
  const browser = await newBrowser();
  const { page, context } = browser;
  await rememberAtProvider(browser, 'deirdre');
  otherSite.show(link(login(service)));
  await page.goto(otherSite.url);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await waitForConfirmation(page);
  await assertAccessible(page, 'the page that confirms a login');
  assert.equal(await sessionCookie(context), undefined);
  await page.getByRole('link', { name: `Continue with ${idp.label}` }).click();
  await waitForDashboard(page);
  assert.equal(new URL(page.url()).search, '?tab=one');
});

fixture.test('a link on another site does not replace a session', async ({ newBrowser, service }) => {
  const browser = await newBrowser();
  const { page, context } = browser;
  await rememberAtProvider(browser, 'fiona');
  await signIn(page, ada);
  const before = (await sessionCookie(context)).value;
  for (const site of [otherSite, unknownApp, app]) {
    site.show(link(login(service, HOME)));
    await page.goto(site.url);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await waitForConfirmation(page);
    await page.getByText(/You are signed in as .?Ada Lovelace/).waitFor();
    await page.getByRole('link', { name: 'Stay signed in' }).click();
    await waitForDashboard(page);
    assert.equal((await sessionCookie(context)).value, before, site.url);
  }
  await assertAccessible(page, 'the dashboard');
});

fixture.test('a link in an allowed application starts the login at once', async ({ newBrowser, service }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await rememberAtProvider(browser, 'imogen');
  app.show(link(login(service)));
  await page.goto(app.url);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await waitForDashboard(page);
});

fixture.test('a link on another site cannot decide to stay signed in', async ({ newBrowser, service }) => {
  const stay = (page) => page.getByRole('checkbox', { name: 'Keep me signed in on this device' });
  for (const [user, keeps] of [
    ['juno', true],
    ['kiki', false],
  ]) {
    const browser = await newBrowser();
    const { page, context } = browser;
    await rememberAtProvider(browser, user);
    otherSite.show(link(`${login(service)}&remember=true`));
    await page.goto(otherSite.url);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await waitForConfirmation(page);
    assert.equal(new URL(page.url()).searchParams.get('remember'), 'true');
    assert.ok(await stay(page).isChecked(), 'the page shows what the link asks for');
    if (keeps) await checkAppearance(page, 'confirm-login-remember');
    else await stay(page).uncheck();
    await page.getByRole('link', { name: `Continue with ${idp.label}` }).click();
    await waitForDashboard(page);
    const days = ((await sessionCookie(context)).expires - Date.now() / 1000) / 86_400;
    assert.ok(keeps ? days > 29 : days < 1, `the cookie ends in ${days} days`);
  }
});

// The sample application at every address, behind real nginx and real Caddy with the configurations of deploy/examples:
// https, names of a site, another port, another host, a path prefix, a base href, and paths after a hash.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { ada, userLike } from '../browser/harness/fixture.mjs';
import { enterCode, fillSignIn, on as onService, waitForSecondFactor } from '../browser/harness/pages.mjs';
import {
  cancelAtProvider,
  idp,
  signInAtProvider,
  signOutAtProvider,
  startProvider,
} from '../browser/harness/provider.mjs';
import { Started } from '../browser/harness/started.mjs';
import { Authenticator } from '../browser/harness/totp.mjs';
import { startFront } from './harness/front.mjs';
import { on } from './harness/pages.mjs';
import { createSite } from './harness/site.mjs';
import { buildApplication } from './harness/workspace.mjs';
import { startOrdersApi } from './orders-api/server.mjs';

/** The address of the API in the built application. `createSite` replaces it: one build is used at many addresses. */
const API = 'https://vestibule.invalid/api';
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const users = [ada, userLike(ada, 'mary', { displayName: 'Mary', totpSecret: SECRET })];

/**
 * `example` is a configuration of deploy/examples. `service` is the public URL, `application` the address of the application,
 * `api` the address of the API as the application knows it.
 */
const setUps = [
  {
    name: 'one origin',
    example: 'one-origin',
    service: ({ port }) => `https://app.corp.example:${port}`,
    application: ({ port }) => `https://app.corp.example:${port}/`,
    api: () => '/api',
  },
  {
    name: 'one origin, with a base href',
    example: 'one-origin',
    service: ({ port }) => `https://app.corp.example:${port}`,
    application: ({ port }) => `https://app.corp.example:${port}/shop/`,
    api: () => '/api',
  },
  {
    name: 'a path prefix',
    example: 'path-prefix',
    service: ({ port }) => `https://corp.example:${port}/auth`,
    application: ({ port }) => `https://corp.example:${port}/`,
    api: () => '/auth/api',
  },
  {
    name: 'another port',
    example: 'other-port',
    service: ({ otherPort }) => `https://app.corp.example:${otherPort}`,
    application: ({ port }) => `https://app.corp.example:${port}/`,
    api: ({ otherPort }) => `https://app.corp.example:${otherPort}/api`,
  },
  {
    name: 'another host',
    example: 'other-host',
    service: ({ port }) => `https://id.corp.example:${port}`,
    application: ({ port }) => `https://app.corp.example:${port}/`,
    api: ({ port }) => `https://id.corp.example:${port}/api`,
  },
  {
    name: 'another host, paths after a hash',
    example: 'other-host',
    hash: true,
    service: ({ port }) => `https://id.corp.example:${port}`,
    application: ({ port }) => `https://app.corp.example:${port}/shop/`,
    api: ({ port }) => `https://id.corp.example:${port}/api`,
  },
];

/** Another address of the API, and the events of the service. */
const withApi = (config) =>
  config
    .replace('withOptions({', `withOptions({ apiBase: '${API}',`)
    .replace('withKeepAlive(),', 'withKeepAlive(), withServerEvents(),')
    .replace('  withKeepAlive,', '  withKeepAlive, withServerEvents,');
const withHash = (config) =>
  withApi(config)
    .replace('provideRouter(routes)', 'provideRouter(routes, withHashLocation())')
    .replace('import { provideRouter }', 'import { provideRouter, withHashLocation }');

const builds = {};
const started = new Started();
before(
  async () => {
    for (const [name, change] of Object.entries({ path: withApi, hash: withHash })) {
      builds[name] = await buildApplication({ major: 22, files: { 'app/app.config.ts': change } });
      started.add(`the build ${name}`, builds[name].remove);
    }
  },
  { timeout: 1_800_000 },
);
after(() => started.stop());

/** Serves the built application below its path. */
async function startSample(built, { port, base, service, api }) {
  const ordersApi = await startOrdersApi({ vestibule: service });
  const front = await startFront({
    port,
    service,
    ordersApi: ordersApi.url,
    application: built.browser,
    base,
    changeIndex: (html) => html.replace('<base href="/"', `<base href="${base}"`),
    changeScript: (script) => script.replaceAll(API, api),
  });
  return { stop: () => Promise.all([front.stop(), ordersApi.stop()]) };
}

/** Each set-up with one proxy by turns. With `VESTIBULE_TEST_ALL`, each set-up with both. */
const proxies = ['nginx', 'caddy'];
const isAll = process.env.VESTIBULE_TEST_ALL !== undefined;

for (const proxy of proxies) {
  for (const [n, setUp] of setUps.entries()) {
    if (!isAll && proxies[n % proxies.length] !== proxy) continue;
    describe(`${proxy}: ${setUp.name}`, () => {
      const site = createSite({
        proxy,
        setUp,
        users,
        startApplication: (address) => startSample(setUp.hash ? builds.hash : builds.path, address),
        startProvider: (callback) => startProvider({ redirects: [callback] }),
      });
      /** The address of a page of the application. */
      const pageAt = (path) =>
        setUp.hash ? `${site.application}#${path}` : site.application + path.slice(1);
      const deepLink = () => pageAt('/orders/new?copy=7&tag=a%26b');

      async function openDeepLink(page) {
        await page.goto(deepLink());
        await waitForLogin(page);
      }
      const waitForLogin = async (page) => {
        await page.waitForURL((url) => url.href.startsWith(`${site.service}/login`));
        await onService(page).userName.waitFor();
      };
      const waitForDeepLink = async (page) => {
        await page.waitForURL(deepLink());
        await on(page).heading('New order').waitFor();
      };

      site.test(
        'a password leads back to the exact page, and sign-out to the login page',
        async ({ page }) => {
          await openDeepLink(page);
          await fillSignIn(page, ada);
          await waitForDeepLink(page);
          await on(page).userName('Ada Lovelace').waitFor();
          await page.reload();
          await waitForDeepLink(page);
          await on(page).signOut.click();
          await waitForLogin(page);
        },
      );

      site.test('a second factor leads back to the exact page', async ({ page }) => {
        await openDeepLink(page);
        await fillSignIn(page, users[1]);
        await waitForSecondFactor(page);
        assert.ok(page.url().startsWith(`${site.service}/second-factor`), page.url());
        await enterCode(page, await new Authenticator(SECRET).code());
        await waitForDeepLink(page);
      });

      site.test('a provider leads back to the exact page, also after a cancel', async ({ page }) => {
        await openDeepLink(page);
        await onService(page).providerLink(idp.label).click();
        await cancelAtProvider(page);
        await page.waitForURL((url) => url.href.startsWith(`${site.service}/login?error=`));
        await onService(page).providerLink(idp.label).click();
        await signInAtProvider(page, 'grace');
        await waitForDeepLink(page);
        await on(page).signOut.click();
        await signOutAtProvider(page);
        await waitForLogin(page);
      });

      site.test(
        'an ended session is on the screen at once, and the dialog opens a new one',
        async ({ page, service }) => {
          await openDeepLink(page);
          await fillSignIn(page, ada);
          await waitForDeepLink(page);
          await on(page).item.fill('Rope');
          await service.command(['users', 'end-sessions', 'ada']);
          // Without a request of the page: a proxy that buffers would keep the event.
          const dialog = page.getByRole('dialog', { name: 'Sign in again' });
          await dialog.getByText(/ended from another device/).waitFor();
          await dialog.getByLabel('Password', { exact: true }).fill(ada.password);
          await dialog.getByRole('button', { name: 'Continue', exact: true }).click();
          await waitForDeepLink(page);
          assert.equal(await on(page).item.inputValue(), 'Rope');
        },
      );
    });
  }
}

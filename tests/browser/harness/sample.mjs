// The sample application (angular/projects/sample) with its own API and a Vestibule behind one address, under a strict
// content security policy with Trusted Types.
//
//   const fixture = createSampleFixture({ users: [ada], settings: { VESTIBULE_SESSION_IDLE: '20s' } });
//   fixture.test('a form …', async ({ newBrowser, service }) => { … });
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startFront } from '../../applications/harness/front.mjs';
import { startOrdersApi } from '../../applications/orders-api/server.mjs';
import { launchChromium, newBrowserContext, screenshot } from './browser.mjs';
import { startProvider } from './provider.mjs';
import { holdPort, makeStore, startService } from './service.mjs';
import { Started } from './started.mjs';

const angular = path.resolve(import.meta.dirname, '../../../angular');

const policyOf = (nonce) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types angular angular#bundler',
  ].join('; ');

const application = path.join(angular, 'dist/sample/browser');

/** `maxAge`: seconds after which deleting an order requires a new proof. `federated`: with the OpenID provider. */
export function createSampleFixture({
  users,
  settings = {},
  federated = false,
  maxAge,
  store: kind = 'sqlite',
}) {
  const parts = {};
  const started = new Started();

  before(
    async () => {
      // Each file has a process of its own, and a build empties the folder from which the others serve: scripts/test builds once.
      assert.ok(existsSync(application), 'Build the sample application: run scripts/test browser dialogs');
      const provider = federated ? await startProvider() : null;
      if (provider) started.add('the provider', provider.stop);
      const { port, release } = await holdPort();
      const store = await makeStore(kind);
      started.add('the store', store.remove);
      const service = await startService({
        store,
        settings: { ...provider?.settings, ...settings },
        publicUrl: `http://localhost:${port}`,
      });
      started.add('the service', service.stop);
      await service.seed(users);
      const ordersApi = await startOrdersApi({ vestibule: service.url, maxAge });
      started.add('the API of the application', ordersApi.stop);
      await release();
      const front = await startFront({
        port,
        service: service.url,
        ordersApi: ordersApi.url,
        application,
        changeIndex: (html, nonce) => html.replace('<app-root', `<app-root ngCspNonce="${nonce}"`),
        headers: (nonce) => ({ 'content-security-policy': policyOf(nonce) }),
      });
      started.add('the front', front.stop);
      const chromium = await launchChromium();
      started.add('Chromium', () => chromium.close());
      Object.assign(parts, { store, service, front, chromium });
    },
    { timeout: 600_000 },
  );
  after(() => started.stop(), { timeout: 300_000 });

  return {
    /** Defines a test. It also fails when a page logs an error to the console. */
    test(name, body) {
      test(name, { timeout: 300_000 }, async () => {
        const browsers = [];
        const newBrowser = async (options = {}) => {
          browsers.push(await newBrowserContext(parts.chromium, parts.front.url, options));
          return browsers.at(-1);
        };
        try {
          await body({ newBrowser, ...parts });
          for (const { problems } of browsers) assert.deepEqual(problems, [], 'errors in the console');
        } catch (error) {
          const pages = browsers.flatMap(({ context }) => context.pages());
          const file = `sample-${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 60)}`;
          await Promise.all(pages.map((page, n) => screenshot(page, `failed-${file}-${n}`).catch(() => {})));
          // The runner prints the stack, not the message.
          const consoles = browsers.flatMap(({ problems }) => problems).join('\n');
          const log = parts.service?.log().split('\n').slice(-15).join('\n');
          error.stack += `\n${pages.map((page) => page.url()).join('\n')}\n${consoles}\n${log}`;
          throw error;
        } finally {
          await Promise.all(browsers.map(({ context }) => context.close()));
        }
      });
    },
  };
}

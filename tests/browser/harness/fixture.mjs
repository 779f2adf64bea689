// The fixture of one file or suite: a service with users, and a Chromium.
//
//   const fixture = createFixture({ users: [ada], settings: { VESTIBULE_MFA: 'required' } });
//   fixture.test('a wrong password …', async ({ newBrowser }) => { const { page } = await newBrowser(); … });
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchChromium, newBrowserContext, screenshot } from './browser.mjs';
import { startProvider } from './provider.mjs';
import { makeStore, startService } from './service.mjs';
import { Started } from './started.mjs';

export const password = 'seven lanterns over the harbour';
/** `ada` has a password. */
export const ada = {
  username: 'ada',
  email: 'ada@corp.example',
  emailVerified: true,
  displayName: 'Ada Lovelace',
  roles: '',
  password,
};

/** Returns a copy of a user under another name, for tests that must not share an account. */
export const userLike = (user, username, more = {}) => ({
  ...user,
  username,
  email: `${username}@corp.example`,
  ...more,
});

/** `federated`: with the OpenID provider of tests/provider. `remember`: the provider does not ask a user again. */
export function createFixture({
  users = [ada],
  settings: own = {},
  store: kind = 'sqlite',
  replicas = 1,
  federated = false,
  remember = false,
} = {}) {
  const started = new Started();
  const services = [];
  let store;
  let chromium;

  before(
    async () => {
      store = await makeStore(kind);
      started.add('the store', store.remove);
      const provider = federated ? await startProvider({ remember }) : null;
      if (provider) started.add('the provider', provider.stop);
      const settings = { ...provider?.settings, ...own };
      const start = async (publicUrl) => {
        const service = await startService({ store, settings, publicUrl });
        started.add(`replica ${services.push(service)} of the service`, service.stop);
      };
      await start();
      await services[0].seed(users);
      while (services.length < replicas) await start(services[0].url);
      chromium = await launchChromium();
      started.add('Chromium', () => chromium.close());
    },
    { timeout: 600_000 },
  );
  after(() => started.stop(), { timeout: 300_000 });

  return {
    /** The running services. More than one are replicas on one store. */
    get services() {
      return services;
    },
    /**
     * Defines a test. It also fails when a page logs an error to the console, unless `consoleErrors` allows that. When it
     * fails, screenshots of its pages are in out/failed-….
     */
    test(name, body, { consoleErrors = false } = {}) {
      test(name, { timeout: 300_000 }, async () => {
        const browsers = [];
        const newBrowser = async ({ replica = 0, ...options } = {}) => {
          browsers.push(await newBrowserContext(chromium, services[replica].url, options));
          return browsers.at(-1);
        };
        try {
          await body({ newBrowser, service: services[0], store });
          for (const { problems } of consoleErrors ? [] : browsers)
            assert.deepEqual(problems, [], 'errors in the console');
        } catch (error) {
          const pages = browsers.flatMap(({ context }) => context.pages());
          const file = name.replace(/[^a-z0-9]+/gi, '-').slice(0, 60);
          await Promise.all(pages.map((page, n) => screenshot(page, `failed-${file}-${n}`).catch(() => {})));
          const log = services.map((service) => service.log().split('\n').slice(-15).join('\n')).join('\n');
          // The runner prints the stack, not the message.
          error.stack += `\n${pages.map((page) => page.url()).join('\n')}\n${log}`;
          throw error;
        } finally {
          await Promise.all(browsers.map(({ context }) => context.close()));
        }
      });
    },
  };
}

// A house for the tests of one file or suite: a service with people in it, and a browser in front of it.
//
//   const house = open({ people: [ada], settings: { VESTIBULE_MFA: 'required' } });
//   house.test('a wrong password …', async ({ visit }) => { const { page } = await visit(); … });
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newVisitor, openBrowser, picture } from './browser.mjs';
import { startProvider } from './provider.mjs';
import { makeStore, startService } from './service.mjs';

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

/** Somebody like ada under another name, for tests that must not meet each other. */
export const like = (person, username, more = {}) => ({
  ...person,
  username,
  email: `${username}@corp.example`,
  ...more,
});

/** `federated`: with the real OpenID provider of tests/provider as the federated door. */
export function open({
  people = [ada],
  settings: own = {},
  store: kind = 'sqlite',
  replicas = 1,
  federated = false,
} = {}) {
  let provider;
  let store;
  let services = [];
  let browser;

  before(
    async () => {
      if (federated) provider = await startProvider();
      const settings = { ...provider?.settings, ...own };
      store = await makeStore(kind);
      services.push(await startService({ store, settings }));
      await services[0].seed(people);
      while (services.length < replicas) services.push(await startService({ store, settings }));
      browser = await openBrowser();
    },
    { timeout: 180_000 },
  );
  after(async () => {
    await browser?.close();
    await Promise.all(services.map((service) => service.stop()));
    await provider?.stop();
    await store?.remove();
  });

  return {
    /** The running services; more than one are replicas on one store. */
    get services() {
      return services;
    },
    /**
     * A test that fails also when a page wrote an error to its console (unless `consoleErrors` says that it may); what was on
     * the screen when it failed is kept in out/failed-….
     */
    test(name, body, { consoleErrors = false } = {}) {
      test(name, { timeout: 300_000 }, async () => {
        const visitors = [];
        const visit = async ({ replica = 0, ...options } = {}) => {
          visitors.push(await newVisitor(browser, services[replica].url, options));
          return visitors.at(-1);
        };
        try {
          await body({ visit, service: services[0], store });
          for (const { problems } of consoleErrors ? [] : visitors)
            assert.deepEqual(problems, [], 'errors in the console');
        } catch (error) {
          const pages = visitors.flatMap(({ context }) => context.pages());
          const shown = name.replace(/[^a-z0-9]+/gi, '-').slice(0, 60);
          await Promise.all(pages.map((page, n) => picture(page, `failed-${shown}-${n}`).catch(() => {})));
          const log = services.map((service) => service.log().split('\n').slice(-15).join('\n')).join('\n');
          // The runner shows the stack, not the message.
          error.stack += `\n${pages.map((page) => page.url()).join('\n')}\n${log}`;
          throw error;
        } finally {
          await Promise.all(visitors.map(({ context }) => context.close()));
        }
      });
    },
  };
}

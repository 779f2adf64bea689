// A site behind a real proxy: the application, its Vestibule and a provider, under names of corp.example with https.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchChromium, newBrowserContext, screenshot } from '../../browser/harness/browser.mjs';
import { holdPort, makeStore, startService } from '../../browser/harness/service.mjs';
import { Started } from '../../browser/harness/started.mjs';
import { startProxy } from './proxy.mjs';

/**
 * `proxy` is `nginx` or `caddy`, `setUp` names an example and the addresses. `startApplication` starts the server of the
 * application on its port, `startProvider` gets the callback of the service.
 */
export function createSite({ proxy, setUp, users, startApplication, startProvider }) {
  const site = { application: '', service: '' };
  const started = new Started();
  const parts = {};

  before(
    async () => {
      const held = [await holdPort(), await holdPort(), await holdPort()];
      const [port, otherPort, applicationPort] = held.map((one) => one.port);
      site.service = setUp.service({ port, otherPort });
      site.application = setUp.application({ port, otherPort });
      const { origin, pathname } = new URL(site.application);
      const provider = await startProvider(`${site.service}/api/auth/callback/idp`);
      started.add('the provider', provider.stop);
      const store = await makeStore();
      started.add('the store', store.remove);
      const settings = {
        ...provider.settings,
        VESTIBULE_TRUSTED_PROXIES: '127.0.0.1',
        VESTIBULE_ALLOWED_ORIGINS: origin === new URL(site.service).origin ? '' : origin,
      };
      const service = await startService({ store, settings, publicUrl: site.service });
      started.add('the service', service.stop);
      await service.seed(users);
      await Promise.all(held.map((one) => one.release()));
      const application = await startApplication({
        port: applicationPort,
        base: pathname,
        service: service.url,
        api: setUp.api?.({ port, otherPort }),
      });
      started.add('the application', application.stop);
      const running = await startProxy(proxy, setUp.example, {
        port,
        otherPort,
        service: new URL(service.url).port,
        application: applicationPort,
      });
      started.add(proxy, running.stop);
      const chromium = await launchChromium();
      started.add('Chromium', () => chromium.close());
      Object.assign(parts, { service, store, chromium, running });
    },
    { timeout: 600_000 },
  );
  after(() => started.stop(), { timeout: 300_000 });

  return Object.assign(site, {
    /** Defines a test with an empty browser. It also fails when a page logs an error to the console. */
    test(name, body) {
      test(name, { timeout: 300_000 }, async () => {
        const browser = await newBrowserContext(parts.chromium, site.application, {
          ignoreHTTPSErrors: true,
        });
        try {
          await body({ ...browser, service: parts.service, store: parts.store });
          assert.deepEqual(browser.problems, [], 'errors in the console');
        } catch (error) {
          const file = `${proxy}-${setUp.name}-${name}`.replace(/[^a-z0-9]+/gi, '-').slice(0, 80);
          await screenshot(browser.page, `failed-${file}`).catch(() => {});
          // The runner prints the stack, not the message.
          const logs = [parts.service.log(), parts.running.log()].map((log) =>
            log.split('\n').slice(-15).join('\n'),
          );
          error.stack += `\n${[browser.page.url(), ...browser.problems, ...logs].join('\n')}`;
          throw error;
        } finally {
          await browser.context.close();
        }
      });
    },
  });
}

// A site behind a real proxy: the application, its Vestibule and a provider, under names of corp.example with https.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchChromium, newBrowserContext, screenshot } from '../../browser/harness/browser.mjs';
import { freePort, makeStore, startService } from '../../browser/harness/service.mjs';
import { startProxy } from './proxy.mjs';

/**
 * `proxy` is `nginx` or `caddy`, `setUp` names an example and the addresses. `startApplication` starts the server of the
 * application on its port, `startProvider` gets the callback of the service.
 */
export function createSite({ proxy, setUp, users, startApplication, startProvider }) {
  const site = { application: '', service: '' };
  const stops = [];
  const parts = {};

  before(
    async () => {
      const [port, otherPort, applicationPort] = [await freePort(), await freePort(), await freePort()];
      site.service = setUp.service({ port, otherPort });
      site.application = setUp.application({ port, otherPort });
      const { origin, pathname } = new URL(site.application);
      const provider = await startProvider(`${site.service}/api/auth/callback/idp`);
      stops.push(provider.stop);
      const store = await makeStore();
      stops.push(store.remove);
      const settings = {
        ...provider.settings,
        VESTIBULE_TRUSTED_PROXIES: '127.0.0.1',
        VESTIBULE_ALLOWED_ORIGINS: origin === new URL(site.service).origin ? '' : origin,
      };
      const service = await startService({ store, settings, publicUrl: site.service });
      stops.push(service.stop);
      await service.seed(users);
      const application = await startApplication({
        port: applicationPort,
        base: pathname,
        service: service.url,
        api: setUp.api?.({ port, otherPort }),
      });
      stops.push(application.stop);
      const running = await startProxy(proxy, setUp.example, {
        port,
        otherPort,
        service: new URL(service.url).port,
        application: applicationPort,
      });
      stops.push(running.stop);
      const chromium = await launchChromium();
      stops.push(() => chromium.close());
      Object.assign(parts, { service, store, chromium, running });
    },
    { timeout: 180_000 },
  );
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  return Object.assign(site, {
    /** Defines a test with an empty browser. It also fails when a page logs an error to the console. */
    test(name, body) {
      test(name, { timeout: 120_000 }, async () => {
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

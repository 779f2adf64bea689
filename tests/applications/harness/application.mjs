// The fixture of one file: a built application, its Vestibule with users, its own API, one address for all of them, and a
// Chromium.
//
//   const application = createApplication({ major: 22 });
//   application.test('a guarded page …', async ({ newBrowser, service }) => { const { page } = await newBrowser(); … });
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ada, userLike } from '../../browser/harness/fixture.mjs';
import { launchChromium, newBrowserContext, screenshot } from '../../browser/harness/browser.mjs';
import { holdPort, makeStore, startService } from '../../browser/harness/service.mjs';
import { Started } from '../../browser/harness/started.mjs';
import { startOrdersApi } from '../orders-api/server.mjs';
import { startFront } from './front.mjs';
import { buildApplication } from './workspace.mjs';

/** A user with the role `admin`. */
export const root = userLike(ada, 'root', { displayName: 'Root', roles: 'admin' });
/** Another user without roles. */
export const linus = userLike(ada, 'linus', { displayName: 'Linus' });
export { ada };

/**
 * `major`, `zone`, `ssr` and `files` are those of `buildApplication`. `serve` starts a server for a built application and
 * returns `{ url, stop }`; without it the files are served as they are. `front` are options of `startFront`. With `builtBy`,
 * another fixture of the file, the application is not built again.
 */
export function createApplication({
  major,
  zone,
  ssr,
  files,
  builtBy,
  serve,
  front: frontOptions = {},
  settings = {},
  maxAge,
}) {
  const parts = {};
  const started = new Started();
  let building;
  // The hooks of two fixtures run at the same time.
  const build = builtBy?.build ?? (() => (building ??= buildApplication({ major, zone, ssr, files })));

  before(
    async () => {
      const built = await build();
      if (!builtBy) started.add('the build', built.remove);
      const { port, release } = await holdPort();
      const publicUrl = `http://localhost:${port}`;
      const store = await makeStore();
      started.add('the store', store.remove);
      const service = await startService({ store, settings, publicUrl });
      started.add('the service', service.stop);
      await service.seed([ada, root, linus]);
      const ordersApi = await startOrdersApi({ vestibule: service.url, maxAge });
      started.add('the API of the application', ordersApi.stop);
      const server = serve ? await serve({ built, publicUrl, service, ordersApi }) : null;
      if (server) started.add('the server of the application', server.stop);
      const application = server?.url ?? built.browser;
      await release();
      const front = await startFront({
        port,
        service: service.url,
        ordersApi: ordersApi.url,
        application,
        ...frontOptions,
      });
      started.add('the front', front.stop);
      const chromium = await launchChromium();
      started.add('Chromium', () => chromium.close());
      Object.assign(parts, { built, store, service, ordersApi, server, front, chromium });
    },
    { timeout: 1_200_000 },
  );
  after(() => started.stop(), { timeout: 300_000 });

  return {
    build,
    /** The running parts: `built`, `service`, `front`, `server` and so on. */
    parts,
    /** Defines a test. It also fails when a page logs an error that does not match `consoleErrors` to the console. */
    test(name, body, { consoleErrors = /(?!)/ } = {}) {
      test(name, { timeout: 300_000 }, async () => {
        const browsers = [];
        const newBrowser = async (options = {}) => {
          const opened = await newBrowserContext(parts.chromium, parts.front.url, options);
          browsers.push(opened);
          return opened;
        };
        try {
          await body({ newBrowser, ...parts });
          const unexpected = browsers.flatMap(({ problems }) =>
            problems.filter((text) => !consoleErrors.test(text)),
          );
          assert.deepEqual(unexpected, [], 'errors in the console');
        } catch (error) {
          const pages = browsers.flatMap(({ context }) => context.pages());
          const file = `application-${major}-${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 60)}`;
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

// The fixture of one file: a built application, its Vestibule with users, its own API, one address for all of them, and a
// Chromium.
//
//   const application = createApplication({ major: 22 });
//   application.test('a guarded page …', async ({ newBrowser, service }) => { const { page } = await newBrowser(); … });
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ada, userLike } from '../../browser/harness/fixture.mjs';
import { launchChromium, newBrowserContext, screenshot } from '../../browser/harness/browser.mjs';
import { freePort, makeStore, startService } from '../../browser/harness/service.mjs';
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
  const stops = [];
  let building;
  // The hooks of two fixtures run at the same time.
  const build = builtBy?.build ?? (() => (building ??= buildApplication({ major, zone, ssr, files })));

  before(
    async () => {
      const built = await build();
      if (!builtBy) stops.push(built.remove);
      const port = await freePort();
      const publicUrl = `http://localhost:${port}`;
      const store = await makeStore();
      stops.push(store.remove);
      const service = await startService({ store, settings, publicUrl });
      stops.push(service.stop);
      await service.seed([ada, root, linus]);
      const ordersApi = await startOrdersApi({ vestibule: service.url, maxAge });
      stops.push(ordersApi.stop);
      const server = serve ? await serve({ built, publicUrl, service, ordersApi }) : null;
      if (server) stops.push(server.stop);
      const application = server?.url ?? built.browser;
      const front = await startFront({
        port,
        service: service.url,
        ordersApi: ordersApi.url,
        application,
        ...frontOptions,
      });
      stops.push(front.stop);
      const chromium = await launchChromium();
      stops.push(() => chromium.close());
      Object.assign(parts, { built, store, service, ordersApi, server, front, chromium });
    },
    { timeout: 600_000 },
  );
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  return {
    build,
    /** The running parts: `built`, `service`, `front`, `server` and so on. */
    parts,
    /** Defines a test. It also fails when a page logs an error that does not match `consoleErrors` to the console. */
    test(name, body, { consoleErrors = /(?!)/ } = {}) {
      test(name, { timeout: 180_000 }, async () => {
        const browsers = [];
        const newBrowser = async (options = {}) => {
          const opened = await newBrowserContext(parts.chromium, parts.front.url, options);
          // No step takes longer. A page that never comes fails the test before the next one waits for it, too.
          opened.context.setDefaultTimeout(20_000);
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

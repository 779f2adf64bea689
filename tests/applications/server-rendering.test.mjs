// The sample application as `ng new --ssr` makes it: a Node.js server renders its pages, and some are rendered by the build.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { eventually } from '../browser/harness/browser.mjs';
import { freePort } from '../browser/harness/service.mjs';
import { ada, createApplication, linus } from './harness/application.mjs';
import { on, openSignedIn } from './harness/pages.mjs';

/** The files that `ng new --ssr` adds, with the same content but the routes. */
const files = {
  'main.server.ts': `
import { BootstrapContext, bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app';
import { config } from './app/app.config.server';

const bootstrap = (context: BootstrapContext) => bootstrapApplication(App, config, context);

export default bootstrap;
`,
  'server.ts': `
import {
  AngularNodeAppEngine,
  createNodeRequestHandler,
  isMainModule,
  writeResponseToNodeResponse,
} from '@angular/ssr/node';
import express from 'express';
import { join } from 'node:path';

const browserDistFolder = join(import.meta.dirname, '../browser');

const app = express();
const angularApp = new AngularNodeAppEngine();

app.use(express.static(browserDistFolder, { maxAge: '1y', index: false, redirect: false }));

app.use((req, res, next) => {
  angularApp
    .handle(req)
    .then((response) => (response ? writeResponseToNodeResponse(response, res) : next()))
    .catch(next);
});

if (isMainModule(import.meta.url) || process.env['pm_id']) {
  const port = process.env['PORT'] || 4000;
  app.listen(port, (error) => {
    if (error) {
      throw error;
    }

    console.log(\`Node Express server listening on http://localhost:\${port}\`);
  });
}

export const reqHandler = createNodeRequestHandler(app);
`,
  'app/app.config.server.ts': `
import { mergeApplicationConfig, ApplicationConfig } from '@angular/core';
import { provideServerRendering, withRoutes } from '@angular/ssr';
import { appConfig } from './app.config';
import { serverRoutes } from './app.routes.server';

const serverConfig: ApplicationConfig = {
  providers: [provideServerRendering(withRoutes(serverRoutes))],
};

export const config = mergeApplicationConfig(appConfig, serverConfig);
`,
  'app/app.routes.server.ts': `
import { RenderMode, ServerRoute } from '@angular/ssr';

export const serverRoutes: ServerRoute[] = [
  { path: '', renderMode: RenderMode.Prerender },
  { path: 'no-access', renderMode: RenderMode.Prerender },
  { path: '**', renderMode: RenderMode.Server },
];
`,
  'app/app.config.ts': (text) =>
    text
      .replace(
        "from '@angular/core';",
        "from '@angular/core';\nimport { provideClientHydration } from '@angular/platform-browser';",
      )
      .replace('provideRouter(routes),', 'provideRouter(routes),\n    provideClientHydration(),'),
};

/** Starts the server that the build made. It reaches the service and the own API by the address that users see. */
async function serve({ built }) {
  const port = await freePort();
  const child = spawn(path.join(built.folder, 'node_modules/.bin/node'), ['dist/server/server.mjs'], {
    cwd: built.folder,
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const ended = new Promise((done) => child.on('close', done));
  await eventually(`the server listens\n${output}`, () => output.includes('listening'), 90_000);
  return {
    url: `http://127.0.0.1:${port}`,
    log: () => output,
    /** Sends a signal, and waits until the server has ended. A server that stays is killed after a minute. */
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
      await ended;
      clearTimeout(late);
    },
  };
}

const application = createApplication({
  major: 22,
  ssr: {
    server: 'src/main.server.ts',
    outputMode: 'server',
    ssr: { entry: 'src/server.ts' },
    security: { allowedHosts: ['localhost'] },
  },
  files,
  serve,
});
const { parts } = application;

/** Requests a page as a browser navigation with the cookies of a browser, without running its scripts. */
async function render(url, cookies = '') {
  const response = await fetch(`${parts.front.url}${url}`, {
    headers: { cookie: cookies, accept: 'text/html' },
    redirect: 'manual',
  });
  return { status: response.status, location: response.headers.get('location'), html: await response.text() };
}

const cookiesOf = async (context) =>
  (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');

application.test(
  'the server renders the signed-in page with the cookie of the browser',
  async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await openSignedIn(page, '/orders', ada);
    const { status, html } = await render('/orders', await cookiesOf(context));
    assert.equal(status, 200);
    assert.match(html, /Ada Lovelace/);
    assert.match(html, /<h1[^>]*>Your orders<\/h1>/);
    assert.match(html, /No orders yet/, 'the server asked the own API with the cookie');
  },
);

application.test('a guarded page without a session is a redirect to the login page', async () => {
  const { status, location } = await render('/orders/new?copy=7');
  assert.equal(status, 302);
  const { pathname, searchParams } = new URL(location, parts.front.url);
  assert.equal(pathname, '/login');
  assert.equal(searchParams.get('returnTo'), `${parts.front.url}/orders/new?copy=7`);
});

application.test('five concurrent renderings of two users never mix', async ({ newBrowser }) => {
  const cookies = {};
  for (const user of [ada, linus]) {
    const { page, context } = await newBrowser();
    await openSignedIn(page, '/orders', user);
    cookies[user.displayName] = await cookiesOf(context);
  }
  const before = parts.front.requests.length;
  const names = Object.keys(cookies);
  for (let round = 0; round < 4; round++) {
    const users = Array.from({ length: 5 }, (_, n) => names[(n + round) % 2]);
    const pages = await Promise.all(users.map((name) => render('/orders', cookies[name])));
    pages.forEach(({ html }, n) => {
      assert.ok(html.includes(users[n]), `the page of ${users[n]} has the name of its user`);
      assert.ok(
        !html.includes(names.find((name) => name !== users[n])),
        `the page of ${users[n]} has no other name`,
      );
    });
  }
  // A loop between renderings would send thousands. Each rendering needs the session, the user and the orders.
  const sent = parts.front.requests.length - before;
  assert.ok(sent <= 20 * 5, `20 renderings sent ${sent} requests`);
});

application.test('a rendering leaves no timer and no request behind', async () => {
  await new Promise((done) => setTimeout(done, 500));
  const before = parts.front.requests.length;
  await new Promise((done) => setTimeout(done, 3_000));
  assert.deepEqual(parts.front.requests.slice(before), []);
});

application.test('the browser takes the rendered page over without an error', async ({ newBrowser }) => {
  const { page, requests } = await newBrowser();
  await openSignedIn(page, '/orders', ada);
  await page.reload();
  await on(page).userName('Ada Lovelace').waitFor();
  // The page works: a click navigates without a new document.
  await page.evaluate(() => (globalThis.sameDocument = true));
  await page.getByRole('link', { name: 'New order' }).click();
  await on(page).heading('New order').waitFor();
  assert.equal(await page.evaluate(() => globalThis.sameDocument), true);
  assert.ok(requests('GET', '/api/auth/session').length > 0);
});

application.test('prerendered pages contain no user and no state of a session', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  await openSignedIn(page, '/orders', ada);
  const { html } = await render('/', await cookiesOf(context));
  assert.equal(html, await readFile(path.join(parts.built.browser, 'index.html'), 'utf8'));
  assert.match(html, /This page is public/);
  assert.doesNotMatch(html, /Ada|Sign out/);
  // The browser adds the user.
  await page.goto('/');
  await on(page).userName('Ada Lovelace').waitFor();
});

// The last test with the service: it does not start again.
application.test('an outage of the API stops no page and redirects nowhere', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  await openSignedIn(page, '/orders', ada);
  const cookies = await cookiesOf(context);
  await context.close();
  await parts.service.stop();
  const guarded = await render('/orders', cookies);
  assert.equal(guarded.status, 200);
  // A redirect would have no end: the sign-in page sends a signed-in user back. The browser asks again.
  assert.equal(guarded.location, null);
  assert.match(guarded.html, /<app-root/);
  assert.doesNotMatch(guarded.html, /Ada Lovelace|<h1/);
  const open = await render('/');
  assert.equal(open.status, 200);
  assert.match(open.html, /This page is public/);
});

test('a rendering server ends at once: nothing keeps its process running', { timeout: 300_000 }, async () => {
  const began = Date.now();
  await parts.server.stop();
  // A timer or an open channel would keep the process until it is killed.
  assert.ok(Date.now() - began < 30_000, 'the server ended within thirty seconds');
  assert.doesNotMatch(parts.server.log(), /error|unhandled/i);
});

// The page /vestibule/doctor: the handshake of a browser with the service, for administrators.
import assert from 'node:assert/strict';
import { createServer, request as forward } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { checkAppearance, launchChromium, newBrowserContext } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import { on, signIn, signInWithCode, waitForDashboard, waitForSignInPage } from '../harness/pages.mjs';
import { freePort, makeStore, startService } from '../harness/service.mjs';
import { Authenticator } from '../harness/totp.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const [root, boss, editor] = ['root', 'boss', 'editor'].map((name) =>
  userLike(ada, name, { totpSecret: key, roles: name === 'editor' ? 'editor' : 'admin' }),
);
const PAGE = '/vestibule/doctor';
const codes = (page) => page.locator('main li code').allInnerTexts();
const done = (page) => page.getByRole('button', { name: 'Run the checks again' }).waitFor();

describe('the page', () => {
  const fixture = createFixture({ users: [root, editor, ada] });

  fixture.test('is silent for a good set-up, and accessible', async ({ newBrowser }) => {
    const { page, problems } = await newBrowser();
    await signInWithCode(page, root, new Authenticator(key));
    await page.goto(PAGE);
    await page.getByText('No problem was found from this browser.').waitFor();
    assert.deepEqual(await codes(page), []);
    assert.equal(await on(page).heading.innerText(), 'Doctor');
    await checkAppearance(page, 'doctor');
    assert.deepEqual(problems, []);
  });

  fixture.test('and its routes are for administrators with a second factor', async ({ newBrowser }) => {
    const visitor = await newBrowser();
    await visitor.page.goto(PAGE);
    await waitForSignInPage(visitor.page);
    for (const user of [ada, editor]) {
      const { page } = await newBrowser();
      if (user.totpSecret) await signInWithCode(page, user, new Authenticator(key));
      else await signIn(page, user);
      const answers = await page.evaluate(async () => {
        const paths = ['request', 'stream'].map((name) => `/api/admin/doctor/${name}`);
        return Promise.all(paths.map(async (path) => (await fetch(path)).json()));
      });
      assert.deepEqual(
        answers.map((answer) => answer.code),
        ['forbidden', 'forbidden'],
        user.username,
      );
      await page.goto(PAGE);
      await waitForDashboard(page);
      assert.equal(await page.getByRole('button', { name: 'Run the checks again' }).count(), 0);
    }
  });
});

/** A proxy whose faults can be turned on. */
async function startProxy(target) {
  const faults = new Set();
  const cache = new Map();
  const server = createServer((request, response) => {
    const headers = { ...request.headers, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' };
    if (faults.has('cookie') && headers.cookie)
      headers.cookie = headers.cookie.replace(/vestibule-doctor-\d+=[^;]*;?\s*/, '');
    if (faults.has('csrf')) delete headers['x-xsrf-token'];
    if (faults.has('origin') && headers.origin) headers.origin = 'https://other.corp.test';
    const isCached =
      faults.has('cache') && request.method === 'GET' && /\/doctor\/request$/.test(request.url);
    if (isCached && cache.has(request.url)) {
      response.setHeader('content-type', 'application/json');
      return response.end(cache.get(request.url));
    }
    const { hostname, port } = new URL(target);
    const passed = forward(
      { hostname, port, path: request.url, method: request.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        if (!isCached && !faults.has('buffer')) return answer.pipe(response);
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => {
          cache.set(request.url, Buffer.concat(chunks));
          response.end(Buffer.concat(chunks));
        });
      },
    );
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  const port = await freePort();
  await new Promise((listening) => server.listen(port, '127.0.0.1', listening));
  return { url: `http://localhost:${port}`, faults, cache, server };
}

describe('each fault of a proxy', () => {
  let service;
  let proxy;
  let chromium;
  before(async () => {
    const port = await freePort();
    const target = `http://127.0.0.1:${port}`;
    proxy = await startProxy(target);
    const settings = { VESTIBULE_LISTEN: `127.0.0.1:${port}`, VESTIBULE_TRUSTED_PROXIES: '127.0.0.1' };
    service = await startService({ store: await makeStore('sqlite'), settings, publicUrl: proxy.url });
    await service.seed([boss]);
    chromium = await launchChromium();
  });
  after(async () => {
    await chromium?.close();
    await service?.stop();
    proxy?.server.closeAllConnections();
    proxy?.server.close();
  });

  test('is named with what to change', async () => {
    const { page, context } = await newBrowserContext(chromium, proxy.url);
    await signInWithCode(page, boss, new Authenticator(key));
    for (const [fault, code, setting] of [
      ['cookie', 'cookie_lost', 'VESTIBULE_PUBLIC_URL'],
      ['csrf', 'csrf_refused', 'X-XSRF-TOKEN'],
      ['origin', 'origin_refused', 'VESTIBULE_PUBLIC_URL'],
      ['buffer', 'stream_buffered', 'proxy_buffering off'],
      ['cache', 'api_cached', 'proxy_cache'],
    ]) {
      proxy.faults.add(fault);
      await page.goto(PAGE);
      await done(page);
      const item = page.getByRole('main').getByRole('listitem').filter({ hasText: code });
      assert.ok((await codes(page)).includes(code), `${fault}: ${await codes(page)}`);
      assert.ok((await item.innerText()).includes(setting), `${fault}: ${await item.innerText()}`);
      proxy.faults.delete(fault);
    }
    await page.goto(PAGE);
    await done(page);
    assert.deepEqual(await codes(page), []);
    await context.close();
  });
});

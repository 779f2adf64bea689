// An application that knows nothing of Vestibule, behind real nginx and real Caddy with deploy/examples/*/forward-auth.
import assert from 'node:assert/strict';
import { connect } from 'node:tls';
import { after, before, describe } from 'node:test';
import { eventually } from '../browser/harness/browser.mjs';
import { ada } from '../browser/harness/fixture.mjs';
import { fillSignIn, on as onService } from '../browser/harness/pages.mjs';
import { startProvider } from '../browser/harness/provider.mjs';
import { startEcho } from './harness/echo.mjs';
import { createSite } from './harness/site.mjs';

const setUp = {
  name: 'forward-auth',
  example: 'forward-auth',
  service: ({ port }) => `https://app.corp.example:${port}`,
  application: ({ port }) => `https://app.corp.example:${port}/`,
};

for (const proxy of ['nginx', 'caddy']) {
  describe(`${proxy}: forward-auth`, () => {
    const site = createSite({
      proxy,
      setUp,
      users: [ada],
      startApplication: ({ port }) => startEcho(port),
      startProvider: (callback) => startProvider({ redirects: [callback] }),
    });
    const path = 'reports/7?from=2026&to=a%26b';
    let port;
    before(() => (port = new URL(site.application).port));

    async function signIn(page) {
      await page.goto(site.application + path);
      await onService(page).userName.waitFor();
      await fillSignIn(page, ada);
      await page.waitForURL(site.application + path);
      return JSON.parse(await page.locator('pre').innerText());
    }
    const fetchFrom = (page, url, options) =>
      page.evaluate(
        async ([to, init]) => {
          const response = await fetch(to, init);
          return { status: response.status, body: await response.text() };
        },
        [url, options],
      );

    site.test('a navigation leads to the login page and back to the exact page', async ({ page }) => {
      const { headers, url } = await signIn(page);
      assert.equal(url, `/${path}`);
      assert.equal(headers['x-vestibule-username'], 'ada');
      assert.match(headers['x-vestibule-user'], /^[0-9a-f-]{36}$/);
      assert.equal(headers['x-vestibule-token'], undefined);
    });

    site.test('a request of a script gets 401 without a session', async ({ page }) => {
      await page.goto(`${site.service}/login`);
      const { status, body } = await fetchFrom(page, '/data');
      assert.equal(status, 401);
      assert.equal(JSON.parse(body).code, 'not_signed_in');
    });

    site.test('identity headers of a client never arrive', async ({ page }) => {
      await signIn(page);
      // Many servers read `_` as `-`.
      const forged = Object.fromEntries(
        ['User', 'Username', 'Roles', 'Amr', 'Token', 'Anything'].flatMap((name) =>
          ['X-Vestibule-', 'X_Vestibule_', 'X-Vestibule_'].map((start) => [start + name, 'forged']),
        ),
      );
      const { headers } = JSON.parse((await fetchFrom(page, '/data', { headers: forged })).body);
      assert.equal(headers['x-vestibule-username'], 'ada');
      const left = Object.entries(headers).filter(([name]) =>
        /^x[-_]vestibule[-_](user|username|roles|amr|token)$/.test(name),
      );
      assert.deepEqual(
        left.filter(([, value]) => value.includes('forged')),
        [],
      );
    });

    site.test('an unsafe request needs the CSRF token', async ({ page, context }) => {
      await signIn(page);
      assert.equal((await fetchFrom(page, '/data', { method: 'POST', body: 'x' })).status, 403);
      const token = (await context.cookies()).find(({ name }) => name === '__Host-XSRF-TOKEN').value;
      const allowed = await fetchFrom(page, '/data', {
        method: 'POST',
        body: 'x',
        headers: { 'X-XSRF-TOKEN': token },
      });
      assert.equal(allowed.status, 200);
      assert.equal(JSON.parse(allowed.body).method, 'POST');
    });

    site.test('event streams and WebSockets pass', async ({ page, context }) => {
      const { headers } = await signIn(page);
      const first = await page.evaluate(
        () => new Promise((done) => (new EventSource('/stream').onmessage = ({ data }) => done(data))),
      );
      assert.equal(first, 'first');
      const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
      const answer = await upgrade(port, cookie);
      assert.match(answer, /^HTTP\/1\.1 101 /);
      assert.match(answer, new RegExp(`X-User: ${headers['x-vestibule-user']}`, 'i'));
      assert.match(await upgrade(port, ''), /^HTTP\/1\.1 401 /);
      // A page of another host of the site has the cookie sent, too (cross-site WebSocket hijacking).
      assert.match(await upgrade(port, cookie, 'https://evil.corp.example'), /^HTTP\/1\.1 403 /);
    });

    site.test('after the end of the session the next request is refused', async ({ page, service }) => {
      await signIn(page);
      assert.equal((await fetchFrom(page, '/data')).status, 200);
      await service.command(['users', 'end-sessions', 'ada']);
      await eventually('the request is refused', async () => (await fetchFrom(page, '/data')).status === 401);
      await page.reload();
      await onService(page).userName.waitFor();
    });

    site.test('the answer for proxies is closed for browsers', async ({ page }) => {
      await signIn(page);
      assert.equal((await fetchFrom(page, '/api/auth/verify')).status, 404);
    });
  });
}

/** Sends a request for a WebSocket and returns the head of the response. */
function upgrade(port, cookie, origin = `https://app.corp.example:${port}`) {
  return new Promise((done, fail) => {
    const socket = connect({
      port: Number(port),
      host: '127.0.0.1',
      servername: 'app.corp.example',
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    const lines = [
      'GET /socket HTTP/1.1',
      `Host: app.corp.example:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Origin: ${origin}`,
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      `Cookie: ${cookie}`,
    ];
    socket.on('secureConnect', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    let text = '';
    socket.on('data', (data) => {
      text += data;
      if (text.includes('\r\n\r\n')) {
        socket.destroy();
        done(text);
      }
    });
    socket.on('error', fail);
  });
}

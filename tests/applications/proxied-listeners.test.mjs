// Listeners of the service behind real proxies: a unix socket, IPv6, the PROXY protocol, and each header with the address of a client.
import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { describe, test } from 'node:test';
import { ada } from '../browser/harness/fixture.mjs';
import { freePort, makeStore, startService } from '../browser/harness/service.mjs';
import { startEcho } from './harness/echo.mjs';
import { startProxy, startStream } from './harness/proxy.mjs';

const HOST = 'app.corp.example';
const CLIENT = '127.0.0.9';
const FORGED = '203.0.113.66';
const trust = (VESTIBULE_TRUSTED_PROXIES, more = {}) => ({ VESTIBULE_TRUSTED_PROXIES, ...more });
const replaced = (from, to) => (text) => text.replaceAll(from, to);

/** nginx names a unix socket in an upstream block, Caddy in the address. */
const onSocket = {
  nginx: (file) => (text) =>
    `upstream vestibule { server unix:${file}; }\n${text.replaceAll('127.0.0.1:3000', 'vestibule')}`,
  caddy: (file) => replaced('127.0.0.1:3000', `unix/${file}`),
};
const setUps = [
  ...['nginx', 'caddy'].flatMap((proxy) => [
    {
      name: `${proxy} connects to a unix socket`,
      proxy,
      listen: ({ folder }) => `unix:${path.join(folder, 'vestibule.sock')}`,
      settings: trust('unix'),
      change: ({ folder }) => onSocket[proxy](path.join(folder, 'vestibule.sock')),
    },
    {
      name: `${proxy} connects by IPv6`,
      proxy,
      listen: ({ port }) => `[::1]:${port}`,
      settings: trust('::1'),
      change: ({ port }) => replaced('127.0.0.1:3000', `[::1]:${port}`),
    },
    {
      name: `${proxy} connects to a listener for both`,
      proxy,
      listen: ({ port }) => `[::]:${port}`,
      settings: trust('127.0.0.1'),
    },
  ]),
  {
    name: 'nginx sends X-Real-IP',
    proxy: 'nginx',
    settings: trust('127.0.0.1', { VESTIBULE_PROXY_HEADER: 'x-real-ip' }),
    change: () => replaced('X-Forwarded-For $remote_addr', 'X-Real-IP $remote_addr'),
  },
  {
    name: 'nginx sends Forwarded',
    proxy: 'nginx',
    settings: trust('127.0.0.1', { VESTIBULE_PROXY_HEADER: 'forwarded' }),
    change: () =>
      replaced('X-Forwarded-For $remote_addr', 'Forwarded "$http_forwarded, for=$remote_addr;proto=https"'),
  },
];

describe('listeners behind proxies', { concurrency: 2 }, () => {
  for (const { name, proxy, settings, listen, change } of setUps) {
    test(name, { timeout: 120_000 }, async () => {
      const stops = [];
      try {
        const [port, servicePort, application] = [await freePort(), await freePort(), await freePort()];
        const store = await makeStore();
        stops.push(store.remove);
        const place = { folder: store.folder, port: servicePort };
        const service = await startService({
          store,
          settings: {
            VESTIBULE_PUBLIC_URL: `https://${HOST}:${port}`,
            VESTIBULE_LISTEN: listen?.(place) ?? `127.0.0.1:${servicePort}`,
            ...settings,
          },
        });
        stops.push(service.stop);
        await service.seed([ada]);
        assert.equal(await service.command(['healthcheck']), 'ready\n');
        stops.push((await startEcho(application)).stop);
        const running = await startProxy(proxy, 'forward-auth', {
          port,
          otherPort: await freePort(),
          service: servicePort,
          application,
          change: change?.(place),
        });
        stops.push(running.stop);

        const script = await get(port, '/orders', { accept: 'application/json' });
        assert.equal(script.status, 401, script.body);
        const page = await get(port, '/orders?x=1', { accept: 'text/html' });
        assert.equal(page.status, 303);
        assert.match(page.headers.location, /\/login\?returnTo=/);
        await expectClient(service, () => get(port, '/api/auth/providers', {}));
      } finally {
        for (const stop of stops.reverse()) await stop();
      }
    });
  }
});

test('nginx sends the PROXY protocol', { timeout: 120_000 }, async () => {
  const stops = [];
  try {
    const [port, servicePort] = [await freePort(), await freePort()];
    const store = await makeStore();
    stops.push(store.remove);
    const settings = {
      VESTIBULE_PUBLIC_URL: `http://localhost:${port}`,
      VESTIBULE_LISTEN: `127.0.0.1:${servicePort}`,
      ...trust('127.0.0.1', { VESTIBULE_PROXY_PROTOCOL: 'true' }),
    };
    const service = await startService({ store, settings });
    stops.push(service.stop);
    assert.equal(await service.command(['healthcheck']), 'ready\n');
    stops.push((await startStream({ port, service: servicePort })).stop);
    await expectClient(service, () => get(port, '/api/auth/providers', {}, http));
    // A program that is a trusted proxy, and does not send the protocol, gets no answer.
    await assert.rejects(get(servicePort, '/healthz', {}, http, '127.0.0.1'));
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
});

/** Asserts that the service saw the client of the proxy, and not an address of the client's choice. */
async function expectClient(service, request) {
  assert.equal((await request()).status, 200);
  const line = () =>
    service
      .log()
      .split('\n')
      .find((text) => text.includes('/api/auth/providers'));
  for (let left = 100; !line() && left > 0; left -= 1) await new Promise((done) => setTimeout(done, 20));
  assert.equal(JSON.parse(line()).ip, CLIENT, line());
}

/** Sends a request with forged addresses, from an address that no proxy has. */
function get(port, to, headers, protocol = https, localAddress = CLIENT) {
  return new Promise((done, fail) => {
    const request = protocol.request(
      `${protocol === https ? 'https' : 'http'}://127.0.0.1:${port}${to}`,
      {
        servername: HOST,
        rejectUnauthorized: false,
        localAddress,
        headers: {
          host: `${HOST}:${port}`,
          'x-forwarded-for': FORGED,
          'x-real-ip': FORGED,
          forwarded: `for="${FORGED}`,
          ...headers,
        },
      },
      (response) => {
        let body = '';
        response.on('data', (data) => (body += data));
        response.on('end', () => done({ status: response.statusCode, headers: response.headers, body }));
      },
    );
    request.on('error', fail);
    request.setTimeout(20_000, () => request.destroy(new Error('no answer in 20 s')));
    request.end();
  });
}

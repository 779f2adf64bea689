// Listeners of the service behind real proxies: a unix socket, IPv6, the PROXY protocol, and each header with the address of a client,
// which has IPv4 or IPv6.
import assert from 'node:assert/strict';
import http from 'node:http';
import path from 'node:path';
import { describe, test } from 'node:test';
import { ada } from '../browser/harness/fixture.mjs';
import { freePort, makeStore, startService } from '../browser/harness/service.mjs';
import { Started } from '../browser/harness/started.mjs';
import { startEcho } from './harness/echo.mjs';
import { startProxy, startStream } from './harness/proxy.mjs';
import { HOST, Visitor, ask, navigation, script, socket } from './harness/visitor.mjs';

/** Addresses of a client that no proxy has. Loopback has one IPv6 address. */
const IPV4 = { address: '127.0.0.1', from: '127.0.0.9' };
const IPV6 = { address: '::1', from: '::1' };
const FORGED = '203.0.113.66';
/** A request with addresses of the client's choice. */
const forged = {
  path: '/api/auth/providers',
  headers: { 'x-forwarded-for': FORGED, 'x-real-ip': FORGED, forwarded: `for="${FORGED}` },
};
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
    { name: `${proxy} has a client with IPv6`, proxy, settings: trust('127.0.0.1'), client: IPV6 },
  ]),
  {
    name: 'nginx sends X-Real-IP',
    proxy: 'nginx',
    settings: trust('127.0.0.1', { VESTIBULE_PROXY_HEADER: 'x-real-ip' }),
    change: () => replaced('X-Forwarded-For $remote_addr', 'X-Real-IP $remote_addr'),
  },
  ...[
    ['nginx sends Forwarded', IPV4, '$remote_addr'],
    // RFC 7239 §6: an IPv6 address has brackets and quotes.
    ['nginx sends Forwarded with an IPv6 address', IPV6, '\\"[$remote_addr]\\"'],
  ].map(([name, client, node]) => ({
    name,
    proxy: 'nginx',
    client,
    settings: trust('127.0.0.1', { VESTIBULE_PROXY_HEADER: 'forwarded' }),
    change: () =>
      replaced('X-Forwarded-For $remote_addr', `Forwarded "$http_forwarded, for=${node};proto=https"`),
  })),
];

describe('listeners behind proxies', { concurrency: 2 }, () => {
  for (const { name, proxy, settings, listen, change, client = IPV4 } of setUps) {
    test(name, { timeout: 300_000 }, async () => {
      const started = new Started();
      try {
        const [port, servicePort, application] = [await freePort(), await freePort(), await freePort()];
        const store = await makeStore();
        started.add('the store', store.remove);
        const place = { folder: store.folder, port: servicePort };
        const service = await startService({
          store,
          settings: {
            VESTIBULE_PUBLIC_URL: `https://${HOST}:${port}`,
            VESTIBULE_LISTEN: listen?.(place) ?? `127.0.0.1:${servicePort}`,
            ...settings,
          },
        });
        started.add('the service', service.stop);
        await service.seed([ada]);
        assert.equal(await service.command(['healthcheck']), 'ready\n');
        started.add('the application', (await startEcho(application)).stop);
        const running = await startProxy(proxy, 'forward-auth', {
          port,
          otherPort: await freePort(),
          service: servicePort,
          application,
          change: change?.(place),
          address: client.address,
        });
        started.add(proxy, running.stop);

        assert.equal((await ask(port, { ...client, headers: script })).status, 401);
        const page = await ask(port, { ...client, headers: navigation });
        assert.equal(page.status, 303);
        assert.match(page.headers.location, /\/login\?returnTo=/);
        await expectClient(service, client.from, () => ask(port, { ...client, ...forged }));
        await expectSession(port, client);
      } finally {
        await started.stop();
      }
    });
  }
});

test('nginx sends the PROXY protocol', { timeout: 300_000 }, async () => {
  const started = new Started();
  try {
    const [port, servicePort] = [await freePort(), await freePort()];
    const store = await makeStore();
    started.add('the store', store.remove);
    const settings = {
      VESTIBULE_PUBLIC_URL: `http://localhost:${port}`,
      VESTIBULE_LISTEN: `127.0.0.1:${servicePort}`,
      ...trust('127.0.0.1', { VESTIBULE_PROXY_PROTOCOL: 'true' }),
    };
    const service = await startService({ store, settings });
    started.add('the service', service.stop);
    assert.equal(await service.command(['healthcheck']), 'ready\n');
    started.add('nginx', (await startStream({ port, service: servicePort })).stop);
    await expectClient(service, IPV4.from, () => ask(port, { ...IPV4, ...forged, protocol: http }));
    // A program that is a trusted proxy, and does not send the protocol, gets no answer.
    await assert.rejects(ask(servicePort, { path: '/healthz', protocol: http }));
  } finally {
    await started.stop();
  }
});

/** Asserts that the service saw the client of the proxy, and not an address of the client's choice. */
async function expectClient(service, address, request) {
  assert.equal((await request()).status, 200);
  const line = () =>
    service
      .log()
      .split('\n')
      .find((text) => text.includes('/api/auth/providers'));
  for (let left = 100; !line() && left > 0; left -= 1) await new Promise((done) => setTimeout(done, 20));
  assert.equal(JSON.parse(line()).ip, address, line());
}

/** Asserts that a session opens, that each kind of request has it, and that the next request after its end is refused. */
async function expectSession(port, client) {
  const visitor = new Visitor(port, client);
  await visitor.signIn('ada');
  const page = await visitor.request();
  assert.equal(page.status, 200, page.body);
  const { headers } = JSON.parse(page.body);
  assert.equal(headers['x-vestibule-username'], 'ada');
  const stream = await visitor.request({ path: '/stream', headers: { accept: 'text/event-stream' } });
  assert.equal(stream.body, 'data: first\n\n');
  const origin = `https://${HOST}:${port}`;
  const upgraded = await visitor.request({ path: '/socket', headers: { ...socket, origin } });
  assert.equal(upgraded.status, 101, upgraded.body);
  assert.equal(upgraded.headers['x-user'], headers['x-vestibule-user']);
  await visitor.signOut();
  for (const path of ['/orders', '/stream', '/socket']) {
    const more = path === '/socket' && { ...socket, origin };
    assert.equal((await visitor.request({ path, headers: { ...more } })).status, 401, path);
  }
}

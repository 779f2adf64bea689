// Connections that requests of several users share, and two installations behind one proxy: real nginx and real Caddy.
import assert from 'node:assert/strict';
import https from 'node:https';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { ada, userLike } from '../browser/harness/fixture.mjs';
import { freePort, holdPort, makeStore, startService } from '../browser/harness/service.mjs';
import { Started } from '../browser/harness/started.mjs';
import { startEcho } from './harness/echo.mjs';
import { startProxy } from './harness/proxy.mjs';
import { HOST, Visitor, ask, script } from './harness/visitor.mjs';

const OTHER_HOST = 'shop.corp.example';
const CLIENTS = 4;
const ROUNDS = 24;

/** nginx keeps no connection to the service unless it is configured to. Caddy does. */
const keepAlive = {
  nginx: (text) =>
    `upstream vestibule { server 127.0.0.1:3000; keepalive 8; }\n${text
      .replaceAll('http://127.0.0.1:3000', 'http://vestibule')
      .replaceAll(
        /proxy_http_version 1.1;|proxy_pass_request_body off;/g,
        '$& proxy_set_header Connection "";',
      )}`,
  caddy: (text) => text,
};
/** The same application and service under a second name. */
const twice = (second) => (text) =>
  text + text.replaceAll(HOST, OTHER_HOST).replaceAll('127.0.0.1:3000', `127.0.0.1:${second}`);

/** Passes bytes on to the service, and counts connections. */
async function startCounter(port) {
  const counter = { connections: 0 };
  const server = net.createServer((client) => {
    counter.connections += 1;
    const service = net.connect(port, '127.0.0.1');
    for (const [one, other] of [
      [client, service],
      [service, client],
    ]) {
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(counter, { port: server.address().port, stop: () => server.close() });
}

/** Sends the begin of a request, and closes the connection. */
function abort(port, cookie) {
  return new Promise((done, fail) => {
    const stream = connectTls({
      port,
      host: '127.0.0.1',
      servername: HOST,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    stream.on('error', fail);
    stream.on('close', done);
    stream.on('secureConnect', () => {
      const head = `POST /orders HTTP/1.1\r\nHost: ${HOST}:${port}\r\nCookie: ${cookie}\r\nContent-Length: 900\r\n\r\nGET /`;
      stream.write(head, () => stream.destroy());
    });
  });
}

for (const proxy of ['nginx', 'caddy']) {
  describe(`${proxy}: connections`, { timeout: 900_000 }, () => {
    const started = new Started();
    let port;
    let counter;
    let services;

    async function start(name, users) {
      const store = await makeStore();
      started.add(`the store of ${name}`, store.remove);
      const settings = {
        VESTIBULE_TRUSTED_PROXIES: '127.0.0.1',
        VESTIBULE_PUBLIC_URL: `https://${name}:${port}`,
      };
      const service = await startService({ store, settings });
      started.add(`the service of ${name}`, service.stop);
      await service.seed(users);
      return service;
    }

    before(async () => {
      const held = [await holdPort(), await holdPort()];
      port = held[0].port;
      const application = held[1].port;
      services = [
        await start(HOST, [ada, userLike(ada, 'grace')]),
        await start(OTHER_HOST, [userLike(ada, 'linus')]),
      ];
      const ports = services.map(({ url }) => new URL(url).port);
      counter = await startCounter(ports[0]);
      started.add('the counter', counter.stop);
      await Promise.all(held.map((one) => one.release()));
      started.add('the application', (await startEcho(application)).stop);
      const running = await startProxy(proxy, 'forward-auth', {
        port,
        otherPort: await freePort(),
        service: counter.port,
        application,
        change: (text) => keepAlive[proxy](twice(ports[1])(text)),
      });
      started.add(proxy, running.stop);
    });
    after(() => started.stop());

    test('requests of two users on one connection keep their users', async () => {
      const visitors = { ada: new Visitor(port), grace: new Visitor(port), anonymous: new Visitor(port) };
      await visitors.ada.signIn('ada');
      await visitors.grace.signIn('grace');
      const names = Object.keys(visitors);

      /** Sends requests of all visitors by turns on one connection. `check` gets each answer. */
      async function client(number, requestOf, check) {
        const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
        for (let round = 0; round < ROUNDS; round += 1) {
          const name = names[(number + round * 2) % names.length];
          const request = requestOf(`${number}-${round}`, visitors[name]);
          const answer = await visitors[name].request({ ...request, agent });
          const what = `client ${number}, request ${round} of ${name}: ${answer.body}`;
          assert.equal(answer.reused, round > 0, `${what}: the same connection`);
          if (name === 'anonymous') assert.ok([401, 403].includes(answer.status), what);
          else check(answer, name, request, what);
        }
        agent.destroy();
      }
      const clients = (...how) => Array.from({ length: CLIENTS }, (_, number) => client(number, ...how));

      // To the application. Every second request has a body: one that a server does not read would be the begin of the next request.
      // Other clients close their connection within a body.
      const toApplication = (id, { token = '' }) => ({
        path: `/orders?${id}`,
        ...(Number(id.at(-1)) % 2 === 1 && {
          method: 'POST',
          body: `GET /data HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`,
          headers: { 'x-xsrf-token': token },
        }),
      });
      const aborts = async () => {
        for (let left = 10; left > 0; left -= 1) await abort(port, visitors.ada.cookie);
      };
      await Promise.all([
        aborts(),
        ...clients(toApplication, ({ status, body }, name, { path }, what) => {
          assert.equal(status, 200, what);
          const { headers, url } = JSON.parse(body);
          assert.deepEqual([headers['x-vestibule-username'], url], [name, path], what);
        }),
      ]);

      // To the service: the proxy sends the requests of all clients on few connections.
      const before = counter.connections;
      const toService = () => ({ path: '/api/auth/me' });
      await Promise.all(
        clients(toService, ({ status, body }, name, _, what) => {
          assert.equal(status, 200, what);
          assert.equal(JSON.parse(body).username, name, what);
        }),
      );
      const opened = counter.connections - before;
      assert.ok(
        opened <= 2 * CLIENTS,
        `${opened} connections to the service for ${CLIENTS * ROUNDS} requests`,
      );
    });

    test('the end of a session refuses the next request on an open connection', async () => {
      const [first, second] = [new Visitor(port), new Visitor(port)];
      await first.signIn('ada');
      await second.signIn('grace');
      const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
      const expect = async (visitor, status) => {
        const answer = await visitor.request({ agent });
        assert.equal(answer.status, status, answer.body);
        return answer;
      };
      await expect(first, 200);
      await expect(second, 200);
      await first.signOut();
      assert.equal((await expect(first, 401)).reused, true);
      assert.equal((await expect(second, 200)).reused, true);
      agent.destroy();
    });

    test('two installations behind one proxy do not share sessions', async () => {
      const [first, second] = [new Visitor(port), new Visitor(port, { host: OTHER_HOST })];
      await first.signIn('ada');
      await second.signIn('linus');
      const user = async (visitor) => {
        const answer = await visitor.request();
        return answer.status === 200
          ? JSON.parse(answer.body).headers['x-vestibule-username']
          : answer.status;
      };
      assert.equal(await user(first), 'ada');
      assert.equal(await user(second), 'linus');
      // The names of the cookies are the same, and a session is valid at one of them only.
      for (const [visitor, host] of [
        [first, OTHER_HOST],
        [second, HOST],
      ]) {
        const answer = await ask(port, { host, headers: { ...script, cookie: visitor.cookie } });
        assert.equal(answer.status, 401);
        assert.equal(JSON.parse(answer.body).code, 'not_signed_in');
        assert.equal(answer.headers['set-cookie'], undefined, 'the session at the other one stays');
      }
      await first.signOut();
      assert.equal(await user(first), 401);
      assert.equal(await user(second), 'linus');
    });
  });
}

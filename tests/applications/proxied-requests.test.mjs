// Each kind of request in each state of a session, through real nginx and real Caddy with deploy/examples/*/forward-auth.
import assert from 'node:assert/strict';
import https from 'node:https';
import { connect } from 'node:tls';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { userLike, ada } from '../browser/harness/fixture.mjs';
import { freePort, holdPort, makeStore, startService } from '../browser/harness/service.mjs';
import { Started } from '../browser/harness/started.mjs';
import { startEcho } from './harness/echo.mjs';
import { startProxy } from './harness/proxy.mjs';
import { HOST, SECRET, Visitor, ask, navigation, script, socket } from './harness/visitor.mjs';

/** One app for each user: a service accepts each code of a user once. */
const apps = {};

const form = { ...navigation, 'content-type': 'application/x-www-form-urlencoded' };
/** `answer` is what a signed-in user gets. `csrf` adds the token of the session. */
const kinds = {
  navigation: { headers: navigation, answer: 200, redirects: true },
  'request of a script': { headers: script, answer: 200 },
  'form without a token': { method: 'POST', headers: form, body: 'x=1', answer: 403, always: 403 },
  'request that changes something': { method: 'POST', headers: script, body: 'x=1', csrf: true, answer: 200 },
  'event stream': { path: '/stream', headers: { ...script, accept: 'text/event-stream' }, answer: 200 },
  WebSocket: { path: '/socket', headers: socket, origin: true, answer: 101 },
};

/** `page` is where a navigation leads, `code` what a script reads in the 401. */
const states = {
  anonymous: { page: '/login', code: 'not_signed_in' },
  'awaiting a second factor': { page: '/second-factor', code: 'second_factor_required' },
  'awaiting enrolment': { page: '/mfa-setup', code: 'enrolment_required' },
  'awaiting a new password': { page: '/change-password', code: 'password_change_required' },
  ended: { page: '/login', code: 'session_ended' },
  'signed in': {},
  'signed in without the role': { refused: 403 },
};

const withRole = (text) =>
  text
    .replaceAll('/api/auth/verify;', '/api/auth/verify?role=admin;')
    .replaceAll('login=redirect', 'login=redirect&role=admin');

for (const proxy of ['nginx', 'caddy']) {
  describe(`${proxy}: requests`, { timeout: 900_000 }, () => {
    const started = new Started();
    const visitors = {};
    let ports;
    let service;
    let application;

    before(async () => {
      for (const name of Object.keys(apps)) delete apps[name];
      const held = [await holdPort(), await holdPort(), await holdPort()];
      ports = { plain: held[0].port, role: held[1].port };
      application = held[2].port;
      const store = await makeStore();
      started.add('the store', store.remove);
      const settings = {
        VESTIBULE_TRUSTED_PROXIES: '127.0.0.1',
        VESTIBULE_MFA: 'required',
        VESTIBULE_PUBLIC_URL: `https://${HOST}:${ports.plain}`,
        VESTIBULE_ALLOWED_ORIGINS: `https://${HOST}:${ports.role}`,
      };
      service = await startService({ store, settings });
      started.add('the service', service.stop);
      const app = { totpSecret: SECRET };
      await service.seed([
        ada,
        ...['linus', 'ended', 'grace'].map((name) => userLike(ada, name, app)),
        userLike(ada, 'joan', { ...app, mustChangePassword: 'true' }),
      ]);
      await Promise.all(held.map((one) => one.release()));
      started.add('the application', (await startEcho(application)).stop);
      const behind = { service: new URL(service.url).port, application };
      for (const [name, change] of [
        ['plain', (text) => text],
        ['role', withRole],
      ]) {
        const running = await startProxy(proxy, 'forward-auth', {
          port: ports[name],
          otherPort: await freePort(),
          ...behind,
          change,
        });
        started.add(`${proxy}, ${name}`, running.stop);
      }
      const newVisitor = () => new Visitor(ports.plain);
      for (const state of Object.keys(states)) visitors[state] = newVisitor();
      await visitors['awaiting a second factor'].signIn('linus');
      await visitors['awaiting enrolment'].signIn('ada');
      await visitors['awaiting a new password'].signInWithCode('joan', apps);
      await visitors.ended.signInWithCode('ended', apps);
      await visitors['signed in'].signInWithCode('grace', apps);
      visitors['signed in without the role'] = visitors['signed in'];
      await service.command(['users', 'end-sessions', 'ended']);
      await sleep(1_000);
    });
    after(() => started.stop());

    for (const [state, { page, code, refused }] of Object.entries(states)) {
      for (const [kind, request] of Object.entries(kinds)) {
        test(`${state}: ${kind}`, async () => {
          const port = refused ? ports.role : ports.plain;
          const visitor = visitors[state];
          const { headers, csrf, origin } = request;
          const answer = await ask(port, {
            ...request,
            headers: {
              ...headers,
              cookie: visitor.cookie,
              ...(csrf && { 'x-xsrf-token': visitor.token ?? '' }),
              ...(origin && { origin: `https://${HOST}:${ports.plain}` }),
            },
          });
          const fails = csrf && !visitor.token ? 403 : 401;
          const expected =
            request.always ?? refused ?? (code ? (request.redirects ? 303 : fails) : request.answer);
          assert.equal(answer.status, expected, answer.body);
          assert.equal(answer.headers['set-cookie'], undefined, 'the answer sets no cookie');
          if (expected === 303) {
            const to = new URL(answer.headers.location, `https://${HOST}:${port}`);
            assert.equal(to.pathname, page);
            const back = new URL(to.searchParams.get('returnTo'), to);
            assert.equal(back.pathname + back.search, '/orders?x=1&y=a%26b', 'the exact page');
            assert.equal(back.host, `${HOST}:${port}`);
          }
          if (expected === 401) assert.equal(JSON.parse(answer.body).code, code);
        });
      }
    }

    test('a refusal does not break the connection', async () => {
      const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
      const { cookie, token } = visitors['signed in'];
      const asked = [
        [401, { headers: script }],
        [200, { headers: { ...script, cookie } }],
        [401, { headers: script }],
        [303, { headers: navigation }],
        [403, { method: 'POST', headers: { ...script, cookie }, body: 'x'.repeat(1000) }],
        [
          200,
          { method: 'POST', headers: { ...script, cookie, 'x-xsrf-token': token }, body: 'y'.repeat(1000) },
        ],
        [200, { headers: { ...script, cookie } }],
      ];
      for (const [index, [status, request]] of asked.entries()) {
        const answer = await ask(ports.plain, { ...request, agent });
        assert.equal(answer.status, status, `request ${index}: ${answer.body}`);
        assert.equal(answer.reused, index > 0, `request ${index} has the same connection`);
      }
      agent.destroy();
    });

    test('no spelling of an identity header of a client arrives', async () => {
      const { cookie } = visitors['signed in'];
      const names = ['User', 'Username', 'Roles', 'Amr', 'Token'].flatMap((name) =>
        ['X-Vestibule-', 'X_Vestibule_', 'X-Vestibule_', 'X_Vestibule-'].flatMap((start) => [
          start + name,
          (start + name).toLowerCase(),
          (start + name).toUpperCase(),
        ]),
      );
      const lines = names.flatMap((name) => [`${name}: forged`, `${name}:forged`]);
      for (const more of [[], ['Connection: keep-alive, X-Vestibule-User, X-Vestibule-Roles']]) {
        const { headers } = JSON.parse(
          await raw(ports.plain, [
            'GET /data HTTP/1.1',
            `Host: ${HOST}:${ports.plain}`,
            `Cookie: ${cookie}`,
            ...lines,
            ...more,
          ]),
        );
        const forged = Object.entries(headers).filter(
          ([name, value]) => /^x[-_]vestibule/i.test(name) && String(value).includes('forged'),
        );
        assert.deepEqual(forged, []);
        if (more.length === 0) assert.equal(headers['x-vestibule-username'], 'grace');
      }
    });

    test('after the end of a session the next request is refused', async () => {
      const visitor = new Visitor(ports.plain);
      await visitor.signInWithCode('ended', apps);
      const { cookie } = visitor;
      const request = () => ask(ports.plain, { headers: { ...script, cookie } });
      assert.equal((await request()).status, 200);
      await visitor.call('POST', '/api/auth/logout', {});
      assert.equal((await request()).status, 401);
    });
  });
}

/** Sends lines as they are, and returns the body of the response. */
function raw(port, lines) {
  return new Promise((done, fail) => {
    const stream = connect({
      port,
      host: '127.0.0.1',
      servername: HOST,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    let text = '';
    stream.on('secureConnect', () => stream.write(`${lines.join('\r\n')}\r\n\r\n`));
    stream.on('data', (data) => {
      text += data;
      const json = /\{.*\}/s.exec(text);
      if (json) {
        stream.destroy();
        done(json[0]);
      }
    });
    stream.on('close', () => fail(new Error(`no JSON: ${text}`)));
    stream.on('error', fail);
    stream.setTimeout(60_000, () => stream.destroy(new Error(`no answer: ${text}`)));
  });
}

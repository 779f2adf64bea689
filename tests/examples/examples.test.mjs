// Starts each example of deploy/examples against the service, and asks it as a browser does.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, makeStore, startService } from '../browser/harness/service.mjs';

const AUDIENCE = 'https://api.corp.example';
const PASSWORD = 'correct horse battery';
const here = import.meta.dirname;
const examples = path.resolve(here, '../../deploy/examples');
const target = process.env.CARGO_TARGET_DIR ?? path.resolve(here, '../../target');

/** Copies a file below node_modules, so that it finds the packages of this folder. */
async function withPackages(file) {
  const copy = path.join(here, 'node_modules/.examples', file);
  await mkdir(path.dirname(copy), { recursive: true });
  await copyFile(path.join(examples, file), copy);
  return copy;
}

/** Program and arguments of each example. */
const commands = {
  express: async () => [process.execPath, await withPackages('express/server.mjs')],
  node: () => [process.execPath, path.join(examples, 'node/server.mjs')],
  'node-token': () => [process.execPath, path.join(examples, 'node-token/server.mjs')],
  fastapi: () => [path.join(here, 'node_modules/.venv/bin/python'), path.join(examples, 'fastapi/server.py')],
  python: () => ['python3', path.join(examples, 'python/server.py')],
  rust: () => [path.join(target, 'debug/examples/own-api')],
  java: () => ['java', path.join(examples, 'java/OwnApi.java')],
};

let store, service;

before(async () => {
  store = await makeStore();
  service = await startService({ store, settings: { VESTIBULE_TOKEN_AUDIENCE: AUDIENCE } });
  await service.seed([
    { username: 'ada', password: PASSWORD, roles: 'auditor' },
    { username: 'linus', password: PASSWORD },
  ]);
});

after(async () => {
  await service?.stop();
  await store?.remove();
});

/** A browser with cookies, at the origin of the application. */
class Browser {
  #cookies = new Map();

  async fetch(url, { method = 'GET', headers = {}, body } = {}) {
    const cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(url, { method, body, headers: { ...(cookie && { cookie }), ...headers } });
    for (const text of response.headers.getSetCookie()) {
      const [name, value] = text.split(';')[0].split(/=(.*)/s);
      this.#cookies.set(name, value);
    }
    return response;
  }

  get csrf() {
    return { 'x-xsrf-token': this.#cookies.get('XSRF-TOKEN') };
  }

  async post(route, body) {
    if (!this.csrf['x-xsrf-token']) await this.fetch(`${service.url}/api/auth/csrf-token`);
    const headers = { 'content-type': 'application/json', origin: service.url, ...this.csrf };
    const response = await this.fetch(service.url + route, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.clone().text());
  }

  static async signedIn(username) {
    const browser = new Browser();
    await browser.post('/api/auth/login', { username, password: PASSWORD });
    return browser;
  }

  /** Returns a browser with a copy of the cookies. */
  copy() {
    const copy = new Browser();
    copy.#cookies = new Map(this.#cookies);
    return copy;
  }

  signOut() {
    return this.post('/api/auth/logout', {});
  }
}

/** Starts an example and waits until it answers. */
async function start(name, context, settings = {}) {
  const [program, ...args] = await commands[name]();
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), VESTIBULE_URL: service.url, AUDIENCE, ...settings };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const ended = new Promise((done) => {
    child.on('close', done);
    child.on('error', (error) => done((output += error)));
  });
  context.after(async () => {
    child.kill();
    await ended;
  });
  const url = `http://127.0.0.1:${port}`;
  for (const until = Date.now() + 300_000; ; await sleep(100)) {
    const response = await fetch(`${url}/api/orders`).catch(() => null);
    if (response) return url;
    assert.ok(child.exitCode === null && Date.now() < until, `${name} does not answer: ${output}`);
  }
}

async function expectStatus(response, status, code) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  // FastAPI puts the body into its own one.
  if (code) assert.match(text, new RegExp(`"code":\\s?"${code}"`));
  return text ? JSON.parse(text) : null;
}

for (const name of Object.keys(commands).filter((name) => name !== 'node-token')) {
  test(`${name} asks who sent a request`, async (context) => {
    const api = await start(name, context);
    await expectStatus(await fetch(`${api}/api/orders`), 401, 'not_signed_in');
    const [ada, linus] = await Promise.all(['ada', 'linus'].map(Browser.signedIn));
    assert.deepEqual(await expectStatus(await ada.fetch(`${api}/api/orders`), 200), { user: 'ada' });

    // An unsafe method needs the CSRF token, and a page of an allowed origin.
    const post = (headers) => ada.fetch(`${api}/api/orders`, { method: 'POST', headers });
    await expectStatus(await post({}), 403, 'csrf_failed');
    await expectStatus(await post({ ...linus.csrf }), 403, 'csrf_failed');
    await expectStatus(await post({ ...ada.csrf, origin: 'https://evil.example' }), 403, 'csrf_failed');
    await expectStatus(await post({ ...ada.csrf, 'sec-fetch-site': 'cross-site' }), 403, 'csrf_failed');
    await expectStatus(await post({ ...ada.csrf, origin: service.url }), 200);

    await expectStatus(await ada.fetch(`${api}/api/reports`), 200);
    await expectStatus(await linus.fetch(`${api}/api/reports`), 403, 'forbidden');
    const forged = { 'x-vestibule-roles': 'admin', 'x-vestibule-username': 'ada' };
    await expectStatus(await linus.fetch(`${api}/api/reports`, { headers: forged }), 403, 'forbidden');

    const copied = ada.copy();
    await ada.signOut();
    const signedOut = performance.now();
    await expectStatus(await ada.fetch(`${api}/api/orders`), 401, 'not_signed_in');
    await expectStatus(await copied.fetch(`${api}/api/orders`), 401, 'session_ended');
    assert.ok(performance.now() - signedOut < 1000, 'known within a second');
  });
}

test('node-token checks the identity token itself', async (context) => {
  const api = await start('node-token', context);
  const tokenOf = async (username) => {
    const browser = await Browser.signedIn(username);
    const answer = await browser.fetch(`${service.url}/api/auth/verify`);
    return answer.headers.get('x-vestibule-token');
  };
  const ask = (token, route = 'orders') =>
    fetch(`${api}/api/${route}`, { headers: { 'x-vestibule-token': token } });
  const [ada, linus] = await Promise.all(['ada', 'linus'].map(tokenOf));
  const { user } = await expectStatus(await ask(ada), 200);
  assert.match(user, /^[0-9a-f-]{36}$/);
  await expectStatus(await ask(ada, 'reports'), 200);
  await expectStatus(await ask(linus, 'reports'), 403, 'forbidden');
  await expectStatus(await fetch(`${api}/api/orders`), 401, 'not_signed_in');
  const other = await start('node-token', context, { AUDIENCE: 'https://other.corp.example' });
  const headers = { 'x-vestibule-token': ada };
  await expectStatus(await fetch(`${other}/api/orders`, { headers }), 401, 'not_signed_in');

  const [head, body, signature] = ada.split('.');
  const decoded = (part) => JSON.parse(Buffer.from(part, 'base64url'));
  const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { privateKey } = generateKeyPairSync('ed25519');
  const signed = (header, claims, key = privateKey) => {
    const text = `${encoded(header)}.${encoded(claims)}`;
    return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
  };
  const admin = { ...decoded(body), roles: ['admin'] };
  for (const [what, forged] of Object.entries({
    'claims that were changed': `${head}.${encoded(admin)}.${signature}`,
    'a signature of another key': signed(decoded(head), admin),
    'no algorithm': `${encoded({ ...decoded(head), alg: 'none' })}.${encoded(admin)}.`,
    'another algorithm': signed({ ...decoded(head), alg: 'HS256' }, admin),
    'no signature': `${head}.${body}.`,
    text: 'not a token',
  })) {
    await expectStatus(await ask(forged, 'reports'), 401, 'not_signed_in');
    assert.ok(what);
  }
});

test('webhook accepts signed messages only, and each of them once', async (context) => {
  const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const env = { ...process.env, PORT: String(port), SECRET };
  const receiver = spawn(process.execPath, [path.join(examples, 'webhook/server.mjs')], { env });
  context.after(() => receiver.kill());
  const names = async () => (await fetch(url)).json();
  /** Repeats a check until it is true. */
  const eventually = async (what, check) => {
    for (const until = Date.now() + 60_000; ; await sleep(100)) {
      if (await check().catch(() => false)) return;
      assert.ok(Date.now() < until, what);
    }
  };
  await eventually('the receiver answers', names);

  const store = await makeStore();
  const settings = {
    VESTIBULE_WEBHOOKS: 'crm',
    VESTIBULE_WEBHOOK_CRM_URL: url,
    VESTIBULE_WEBHOOK_CRM_SECRET: SECRET,
  };
  const sender = await startService({ store, settings });
  context.after(async () => {
    await sender.stop();
    await store.remove();
  });
  const started = async () =>
    JSON.parse(await sender.command(['webhooks', 'list', '--json']))[0].startedAt !== null;
  await eventually('the webhook has started', started);
  await sender.command(['webhooks', 'test', 'crm']);
  await sender.seed([{ username: 'ada', password: PASSWORD, displayName: 'Ada' }]);
  await eventually('the user arrives', async () => Object.values(await names()).includes('Ada'));
  await sender.command(['users', 'disable', 'ada']);
  await eventually('the user is gone', async () => Object.keys(await names()).length === 0);

  // The same check as in the receiver, from the other side.
  const body = JSON.stringify({
    id: 'a',
    type: 'user.created',
    userId: 'u',
    user: { status: 'active', username: 'eve' },
  });
  const now = Math.floor(Date.now() / 1000);
  const signature = (secret, id, timestamp, text) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64')}`;
  };
  const post = (headers, text = body) => fetch(url, { method: 'POST', headers, body: text });
  const headers = (timestamp, value) => ({
    'webhook-id': 'a',
    'webhook-timestamp': `${timestamp}`,
    'webhook-signature': value,
  });
  const other = `whsec_${randomBytes(32).toString('base64')}`;
  const good = signature(SECRET, 'a', now, body);
  for (const [what, request, text] of [
    ['no headers', {}],
    ['another secret', headers(now, signature(other, 'a', now, body))],
    ['another body', headers(now, good), body.replace('eve', 'mallory')],
    ['another id', { ...headers(now, good), 'webhook-id': 'b' }],
    ['a recorded message', headers(now - 600, signature(SECRET, 'a', now - 600, body))],
    ['no time', { ...headers(now, good), 'webhook-timestamp': 'x' }],
    ['another version', headers(now, good.replace('v1', 'v0'))],
  ]) {
    assert.equal((await post(request, text)).status, 401, what);
  }
  assert.equal(Object.keys(await names()).length, 0);
  // Two signatures, as during a rotation.
  const both = `${signature(other, 'a', now, body)} ${good}`;
  assert.equal((await post(headers(now, both))).status, 204);
  assert.deepEqual(await names(), { u: 'eve' });
});

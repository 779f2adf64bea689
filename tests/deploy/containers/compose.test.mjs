// The compose project: users sign in with a password and at the provider, MongoDB refuses others, and a restart ends no session.
// MongoDB is a real mongod with mongosh, under the name of its image. Keycloak is the OpenID provider of the tests
// (stand-ins/keycloak.mjs): no registry with the real images can be reached.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { freePort } from '../../browser/harness/service.mjs';
import { Browser } from '../browser.mjs';
import { checkerSucceeds, read, root, succeeds } from '../tools.mjs';
import { IMAGE, answers, inspect, isHealthy, podman, tryPodman, within } from './engine.mjs';

const PASSWORD = 'correct horse battery';
const BINARY = '/usr/local/bin/vestibule';
let folder, url, keycloak, project, service, environment;

/** The commands of the document, without `sudo` and without the clone. */
async function documented() {
  const [, block] = /^### Containers$[\s\S]*?```sh\n([\s\S]*?)```/m.exec(
    await read('deploy/docs/production.md'),
  );
  const [clone, ...commands] = block.trim().split('\n');
  assert.match(clone, /^git clone /);
  return commands.map((command) => command.replace(/^sudo /, ''));
}

/** Runs a documented command of Docker Compose with podman-compose. The image was built before. */
function dockerCompose(command) {
  const [, args] = /^docker compose -f deploy\/compose\.yaml (.*)$/.exec(command) ?? assert.fail(command);
  return compose(...args.replace('--build', '--no-build').split(' '));
}

const compose = (...args) => {
  const file = ['-p', project, '-f', path.join(folder, 'deploy/compose.yaml')];
  const env = { ...process.env, PYTHONPATH: process.env.DEPLOY_TOOLS, ...environment };
  return checkerSucceeds(['-m', 'podman_compose', ...file, ...args], { env });
};

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vestibule-deploy-'));
  // The secrets are in a folder of their own: those of a developer stay as they are.
  await succeeds('cp', ['-R', path.join(root, 'deploy'), folder]);
  await rm(path.join(folder, 'deploy/compose/secrets'), { recursive: true, force: true });
  const [createSecrets, start] = await documented();
  await succeeds(path.join(folder, createSecrets), []);
  const [port, other] = [await freePort(), await freePort()];
  url = `http://localhost:${port}`;
  keycloak = `http://localhost:${other}`;
  project = `vestibule-test-${port}`;
  service = `${project}_vestibule_1`;
  environment = {
    VESTIBULE_IMAGE: IMAGE,
    VESTIBULE_PORT: String(port),
    VESTIBULE_PUBLIC_URL: url,
    KEYCLOAK_PORT: String(other),
    KEYCLOAK_URL: keycloak,
  };
  await dockerCompose(start);
  await ready();
});
after(async () => {
  try {
    await compose('down', '--volumes');
    // Volumes without a name would stay after each start.
    const volumes = (await podman('volume', 'ls', '--quiet')).split('\n');
    assert.deepEqual(
      volumes.filter((name) => /^[0-9a-f]{64}$/.test(name)),
      [],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Waits for the service. If it does not start, its log says why. */
async function ready() {
  try {
    await answers(`${url}/readyz`);
    await answers(`${keycloak}/realms/vestibule/.well-known/openid-configuration`);
  } catch (error) {
    const logs = await Promise.all(
      ['vestibule', 'database', 'database-setup', 'keycloak'].map(async (name) => {
        const { output } = await tryPodman(['logs', '--tail', '20', `${project}_${name}_1`]);
        return `${name}:\n${output}`;
      }),
    );
    throw new Error(`${error.message}\n${logs.join('\n')}`, { cause: error });
  }
}

/** Follows all redirects from a link of the service, and signs in at the provider. */
async function signInAtProvider(browser, login) {
  let target = new URL('/api/auth/login/keycloak', url).href;
  let response = await browser.open(target);
  for (let steps = 0; steps < 12; steps += 1) {
    const location = response.headers.get('location');
    if (location) {
      target = new URL(location, target).href;
      response = await browser.open(target, { headers: { 'sec-fetch-site': 'cross-site' } });
    } else if (new URL(target).pathname.startsWith('/interaction/')) {
      response = await browser.open(target, { method: 'POST', body: new URLSearchParams({ login }) });
    } else {
      assert.ok(target.startsWith(url), target);
      return;
    }
  }
  assert.fail(`more than 12 steps, the last one at ${target}`);
}

/** Signs out at the provider only, as a user does in another application. */
async function signOutAtProvider(browser) {
  const page = await browser.open(`${keycloak}/realms/vestibule/session/end`);
  const html = await page.text();
  const [, action] = /action="([^"]+)"/.exec(html) ?? assert.fail(html);
  const [, xsrf] = /name="xsrf" value="([^"]+)"/.exec(html) ?? assert.fail(html);
  const body = new URLSearchParams({ xsrf, logout: 'yes' });
  const { status } = await browser.open(action, { method: 'POST', body });
  assert.ok(status < 400, `the provider answered ${status}`);
}

async function addLinus() {
  const add = ['exec', '-i', service, BINARY, 'users', 'add', 'linus', '--password-stdin'];
  await succeeds('podman', add, { input: `${PASSWORD}\n` });
  const browser = new Browser(url);
  const { status } = await browser.post('/api/auth/login', { username: 'linus', password: PASSWORD });
  assert.equal(status, 200);
  return browser;
}

const mongosh = (script, ...options) =>
  tryPodman([
    ...['exec', `${project}_database_1`, 'mongosh', '--quiet', '--norc'],
    ...['mongodb://127.0.0.1/vestibule?directConnection=true', ...options, '--eval', script],
  ]);

test('the service of the project becomes healthy', async () => {
  await within(300, 'the health check', () => isHealthy(service));
});

test('the documented command creates an administrator, whose printed password works once', async () => {
  const [, , add, ...others] = await documented();
  assert.deepEqual(others, []);
  const [, password] = /^created ada\s+(\S+)/m.exec(await dockerCompose(add)) ?? assert.fail();
  const browser = new Browser(url);
  const response = await browser.post('/api/auth/login', { username: 'ada', password });
  assert.equal((await response.json()).needPasswordChange, true, `status ${response.status}`);
});

test('a user signs in with a password, and keeps the session when the project restarts', async () => {
  const browser = await addLinus();
  assert.equal((await (await browser.fetch('/api/auth/me')).json()).username, 'linus');
  // The volumes stay. The set-up of the database runs a second time.
  await compose('down');
  await compose('up', '--no-build', '--detach');
  await ready();
  assert.equal((await browser.fetch('/api/auth/me')).status, 200);
  const setup = await within(300, 'the set-up of the database', async () => {
    const { State } = await inspect(`${project}_database-setup_1`);
    return State.Status === 'exited' && State;
  });
  assert.equal(setup.ExitCode, 0);
});

test('a user signs in at the provider, which the service reaches by its internal name', async () => {
  const browser = new Browser(url);
  await signInAtProvider(browser, 'grace');
  const me = await browser.fetch('/api/auth/me');
  assert.equal(me.status, 200, await me.clone().text());
  assert.equal((await me.json()).email, 'grace@corp.example');
});

test('a logout at the provider ends the session, by the internal name of the service', async () => {
  const browser = new Browser(url);
  await signInAtProvider(browser, 'grace');
  assert.equal((await browser.fetch('/api/auth/me')).status, 200);
  await signOutAtProvider(browser);
  await within(
    60,
    'the end of the session',
    async () => (await browser.fetch('/api/auth/me')).status === 401,
  );
});

test('the database refuses clients without a password, and the user of the service has one database', async () => {
  const anonymous = await mongosh('db.users.countDocuments()');
  assert.match(anonymous.output, /requires authentication/);
  const secret = await readFile(path.join(folder, 'deploy/compose/secrets/database-url'), 'utf8');
  const { username, password } = new URL(secret.trim());
  const login = ['--username', username, '--password', password];
  const own = await mongosh('db.users.countDocuments()', ...login, '--authenticationDatabase', 'vestibule');
  assert.match(own.output, /^\d+$/m);
  const other = await mongosh(
    'db.getSiblingDB("admin").system.users.countDocuments()',
    ...[...login, '--authenticationDatabase', 'vestibule'],
  );
  assert.match(other.output, /not authorized/);
});

// What `docker inspect` prints gets into logs and tickets.
test('no container has a secret in its configuration', async () => {
  const secrets = path.join(folder, 'deploy/compose/secrets');
  const names = ['vestibule', 'database', 'database-setup', 'keycloak'];
  const text = await podman('inspect', ...names.map((name) => `${project}_${name}_1`));
  for (const file of await readdir(secrets)) {
    const secret = (await readFile(path.join(secrets, file), 'utf8')).trim();
    assert.ok(!text.includes(secret), file);
  }
});

// Otherwise all users behind the proxy share one rate limit.
test('the service uses the address that a proxy on this machine forwards', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.7' };
  await fetch(`${url}/api/auth/me?forwarded`, { headers });
  await within(60, 'the access line', async () => {
    const { output } = await tryPodman(['logs', service]);
    return output.split('\n').some((line) => line.includes('203.0.113.7') && line.includes('/api/auth/me'));
  });
});

// The unmodified Dockerfile builds, its image runs without any right, and the compose project signs users in. Needs root, buildah, podman and runc.
// The images of other projects are stand-ins (tests/deploy/stand-ins), because they come from registries.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../browser/harness/service.mjs';
import { Browser } from './browser.mjs';
import { root, run, succeeds } from './tools.mjs';

const IMAGE = 'localhost/vestibule:test';
const PASSWORD = 'correct horse battery';
const SECURE = ['--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'];
const containers = process.env.DEPLOY_CONTAINERS;
if (!containers) throw new Error('DEPLOY_CONTAINERS is not set: run scripts/test deploy --all');
const env = {
  ...process.env,
  CONTAINERS_STORAGE_CONF: path.join(containers, 'storage.conf'),
  CONTAINERS_CONF: path.join(containers, 'containers.conf'),
  // Without systemd, podman has no timers for health checks. The tests run the command themselves.
  DISABLE_HC_SYSTEMD: 'true',
  PYTHONPATH: process.env.DEPLOY_TOOLS,
};
const podman = (...args) => succeeds('podman', args, { env });
let folder;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vestibule-deploy-'));
  await writeFile(
    env.CONTAINERS_STORAGE_CONF,
    `[storage]\ndriver = "overlay"\ngraphroot = "${containers}/store"\nrunroot = "${containers}/run"\n`,
  );
  // crun does not run in a container without control groups of version 2.
  await writeFile(
    env.CONTAINERS_CONF,
    '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n' +
      '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\nlog_driver = "k8s-file"\n',
  );
  await succeeds(path.join(import.meta.dirname, 'stand-ins/build.sh'), [containers], { env });
  // `quick` needs a third of the time of `release`. DEPLOY_IMAGE is an image that was built before.
  if (process.env.DEPLOY_IMAGE) await podman('tag', process.env.DEPLOY_IMAGE, IMAGE);
  else await build();
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function build() {
  const toolchain = (await succeeds('rustc', ['--print', 'sysroot'])).trim();
  const isolation = ['--pull-never', '--isolation', 'chroot', '--network', 'host', '--format', 'docker'];
  const mounts = ['--volume', `${toolchain}:/usr/local/rust:ro`];
  const what = ['--build-arg', 'PROFILE=quick', '--file', 'deploy/Dockerfile', '--tag', IMAGE, root];
  await succeeds('buildah', ['bud', ...isolation, ...mounts, ...what], { env });
}

/** Waits until an address answers with this status. */
async function answers(url, status = 200) {
  let last;
  for (let tries = 0; tries < 240; tries += 1) {
    last = await fetch(url).then(
      (response) => response.status,
      (error) => error.cause?.code ?? error.message,
    );
    if (last === status) return;
    await sleep(250);
  }
  assert.fail(`${url} answered ${last} for a minute`);
}

test('the image has no shell, and no user but the one of the service', async () => {
  const { Config } = JSON.parse(await podman('inspect', IMAGE))[0];
  assert.equal(Config.User, '65532:65532');
  const { code } = await run('podman', ['run', '--rm', '--entrypoint', '/bin/sh', IMAGE, '-c', 'true'], {
    env,
  });
  assert.equal(code, 127);
});

test('the image runs read-only, without capabilities, as user 65532, and stops at SIGTERM', async () => {
  const port = await freePort();
  const name = `vestibule-test-${port}`;
  const settings = ['--env', `VESTIBULE_PUBLIC_URL=http://localhost:${port}`];
  const mounts = ['--volume', `${name}:/var/lib/vestibule`, '--publish', `127.0.0.1:${port}:3000`];
  await podman('run', '--detach', '--name', name, ...SECURE, ...settings, ...mounts, IMAGE);
  try {
    await answers(`http://127.0.0.1:${port}/healthz`);
    await answers(`http://127.0.0.1:${port}/readyz`);
    await podman('exec', name, '/usr/local/bin/vestibule', 'healthcheck');
    const status = await podman('top', name, 'user', 'huser', 'capeff', 'args');
    assert.match(status, /^nonroot +65532 +none +\/usr\/local\/bin\/vestibule serve/m);
    await podman('stop', '--time', '15', name);
    assert.equal((await podman('inspect', '--format', '{{.State.ExitCode}}', name)).trim(), '0');
  } finally {
    await podman('rm', '--force', '--volumes', name);
    await run('podman', ['volume', 'rm', name], { env });
  }
});

test('without a volume the read-only image names what it cannot write', async () => {
  const { code, output } = await run('podman', ['run', '--rm', ...SECURE, IMAGE], { env });
  assert.notEqual(code, 0);
  assert.match(output, /data/);
});

/** Signs in at the stand-in of Keycloak and follows all redirects. */
async function signInAtProvider(browser, login) {
  let response = await browser.open('/api/auth/login/keycloak');
  let url = new URL('/api/auth/login/keycloak', browser.url).href;
  for (let steps = 0; steps < 12; steps += 1) {
    const location = response.headers.get('location');
    if (location) {
      url = new URL(location, url).href;
      response = await browser.open(url, { headers: { 'sec-fetch-site': 'cross-site' } });
    } else if (new URL(url).pathname.startsWith('/interaction/')) {
      response = await browser.open(url, { method: 'POST', body: new URLSearchParams({ login }) });
    } else {
      return { url, response };
    }
  }
  return assert.fail(`more than 12 steps, the last one at ${url}`);
}

test('the compose project starts, and users sign in with a password and at the provider', async () => {
  const [port, keycloak] = [await freePort(), await freePort()];
  const project = `vestibule-test-${port}`;
  const url = `http://localhost:${port}`;
  const variables = {
    VESTIBULE_IMAGE: IMAGE,
    VESTIBULE_PORT: String(port),
    VESTIBULE_PUBLIC_URL: url,
    KEYCLOAK_PORT: String(keycloak),
    KEYCLOAK_URL: `http://localhost:${keycloak}`,
  };
  // The project with the secrets in a folder of its own: those of a developer stay as they are.
  await succeeds('cp', ['-R', path.join(root, 'deploy'), folder]);
  await rm(path.join(folder, 'deploy/compose/secrets'), { recursive: true, force: true });
  await succeeds(path.join(folder, 'deploy/compose/create-secrets'), []);
  const compose = (...args) => {
    const file = ['-p', project, '-f', path.join(folder, 'deploy/compose.yaml')];
    return succeeds('python3', ['-m', 'podman_compose', ...file, ...args], { env: { ...env, ...variables } });
  };
  const service = `${project}_vestibule_1`;
  await compose('up', '--no-build', '--detach');
  try {
    await answers(`${url}/readyz`);
    const command = ['exec', '-i', service, '/usr/local/bin/vestibule'];
    const add = [...command, 'users', 'add', 'ada', '--password-stdin'];
    await succeeds('podman', add, { env, input: `${PASSWORD}\n` });

    const ada = new Browser(url);
    assert.equal((await ada.post('/api/auth/login', { username: 'ada', password: PASSWORD })).status, 200);
    assert.equal((await (await ada.fetch('/api/auth/me')).json()).username, 'ada');

    const grace = new Browser(url);
    const end = await signInAtProvider(grace, 'grace');
    assert.ok(end.url.startsWith(url), end.url);
    const me = await grace.fetch('/api/auth/me');
    assert.equal(me.status, 200, await me.clone().text());
    assert.equal((await me.json()).email, 'grace@corp.example');

    // The database refuses clients without a password.
    const mongosh = ['mongosh', '--quiet', '--norc', 'mongodb://127.0.0.1/vestibule?directConnection=true'];
    const anonymous = ['exec', `${project}_database_1`, ...mongosh, '--eval', 'db.users.countDocuments()'];
    const refused = await run('podman', anonymous, { env });
    assert.match(refused.output, /requires authentication/);
    await podman(...command, 'healthcheck');
  } catch (error) {
    const { output } = await run('podman', ['logs', '--tail', '40', service], { env });
    throw new Error(`${error.message}\n${output}`, { cause: error });
  } finally {
    await compose('down', '--volumes');
  }
});

// The image of the unmodified Dockerfile: what it contains, and that it runs without any right.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../browser/harness/service.mjs';
import { Browser } from '../browser.mjs';
import { succeeds } from '../tools.mjs';
import { IMAGE, answers, inspect, isHealthy, podman, tryPodman } from './engine.mjs';

const BASE = 'gcr.io/distroless/cc-debian12:nonroot';
const SECURE = ['--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'];
const BINARY = '/usr/local/bin/vestibule';
/** Requests get nine seconds; `docker stop` waits for ten. */
const STOPS_WITHIN = 10_000;

/** Runs the image with the embedded store in a volume, and removes both afterwards. */
async function withService(work) {
  const port = await freePort();
  const name = `vestibule-test-${port}`;
  const url = `http://localhost:${port}`;
  const settings = ['--env', `VESTIBULE_PUBLIC_URL=${url}`];
  const mounts = ['--volume', `${name}:/var/lib/vestibule`, '--publish', `127.0.0.1:${port}:3000`];
  await podman('run', '--detach', '--name', name, ...SECURE, ...settings, ...mounts, IMAGE);
  try {
    await answers(`${url}/readyz`);
    await work({ name, url });
  } catch (error) {
    const { output } = await tryPodman(['logs', '--tail', '40', name]);
    throw new Error(`${error.message}\n${output}`, { cause: error });
  } finally {
    await podman('rm', '--force', '--volumes', name);
    await tryPodman(['volume', 'rm', name]);
  }
}

async function signIn(name, url) {
  const input = 'correct horse battery\n';
  const add = ['exec', '-i', name, BINARY, 'users', 'add', 'ada', '--password-stdin'];
  await succeeds('podman', add, { input });
  const browser = new Browser(url);
  const { status } = await browser.post('/api/auth/login', { username: 'ada', password: input.trim() });
  assert.equal(status, 200);
  return browser;
}

test('the image adds one program and an empty folder to its base, which has no shell', async (t) => {
  const image = await inspect(IMAGE);
  assert.equal(image.Config.User, '65532:65532');
  const { added } = JSON.parse(await podman('diff', '--format', 'json', IMAGE, BASE));
  const isFolder = (name) => added.some((other) => other.startsWith(`${name}/`));
  assert.deepEqual(added.filter((name) => !isFolder(name)).sort(), [BINARY, '/var/lib/vestibule']);
  const { code } = await tryPodman(['run', '--rm', '--entrypoint', '/bin/sh', IMAGE, '-c', 'true']);
  assert.equal(code, 127);
  const size = image.Size - (await inspect(BASE)).Size;
  t.diagnostic(`the image adds ${(size / 1e6).toFixed(1)} MB to ${BASE}`);
});

test('the image runs read-only, without capabilities, as user 65532', async () => {
  await withService(async ({ name, url }) => {
    const { HostConfig, Mounts } = await inspect(name);
    assert.equal(HostConfig.ReadonlyRootfs, true);
    assert.deepEqual(
      Mounts.map(({ Destination, RW }) => [Destination, RW]),
      [['/var/lib/vestibule', true]],
    );
    const status = await podman('top', name, 'user', 'huser', 'capeff', 'capbnd', 'args');
    assert.match(status, /^nonroot +65532 +none +none +\/usr\/local\/bin\/vestibule serve/m);

    const page = await (await fetch(`${url}/login`)).text();
    assert.match(page, /<app-root/, 'the binary contains the pages');
    const ada = await signIn(name, url);
    assert.equal((await (await ada.fetch('/api/auth/me')).json()).username, 'ada');

    // What the service wrote is in the volume, and a new process finds it there.
    await podman('restart', '--time', '15', name);
    await answers(`${url}/readyz`);
    assert.equal((await ada.fetch('/api/auth/me')).status, 200);
  });
});

test('the health check of the image fails while the service does not answer', async () => {
  await withService(async ({ name }) => {
    assert.equal(await isHealthy(name), true);
    // The process exists and answers nothing.
    await podman('kill', '--signal', 'STOP', name);
    assert.equal(await isHealthy(name), false);
    await podman('kill', '--signal', 'CONT', name);
    assert.equal(await isHealthy(name), true);
  });
});

test(`the image stops at SIGTERM within ${STOPS_WITHIN / 1000} seconds, also while a browser waits for events`, async () => {
  await withService(async ({ name, url }) => {
    const ada = await signIn(name, url);
    const events = await ada.fetch('/api/auth/events', { headers: { accept: 'text/event-stream' } });
    assert.equal(events.status, 200);
    const began = Date.now();
    await podman('stop', '--time', '30', name);
    const took = Date.now() - began;
    await events.body.cancel().catch(() => {});
    assert.equal((await inspect(name)).State.ExitCode, 0);
    assert.ok(took < STOPS_WITHIN, `it took ${took} ms`);
  });
});

// deploy/docs/production.md makes the keys of Kubernetes so.
test('the image makes keys without a volume', async () => {
  assert.match(await podman('run', '--rm', ...SECURE, IMAGE, 'keys', 'new'), /^\w{8}:[\w+/]{43}=\n$/);
});

test('without a volume the read-only image names what it cannot write', async () => {
  const { code, output } = await tryPodman(['run', '--rm', ...SECURE, IMAGE]);
  assert.notEqual(code, 0);
  assert.match(output, /data/);
});

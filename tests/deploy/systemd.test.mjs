// systemd accepts the unit and rates its exposure; the service accepts the settings beside it.
import assert from 'node:assert/strict';
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { checkSettings, deploy, read, run, succeeds } from './tools.mjs';

const UNIT = 'deploy/systemd/vestibule.service';
/** systemd calls up to 2 "OK"; a service without any protection has 9.6. */
const EXPOSURE_MAX = 1.5;
let root;

/** A machine with the units of systemd, and a binary where the package installs it. */
before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'vestibule-deploy-'));
  await cp('/lib/systemd/system', path.join(root, 'usr/lib/systemd/system'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await mkdir(path.join(root, 'usr/bin'), { recursive: true });
  await writeFile(path.join(root, 'usr/bin/vestibule'), '#!/bin/sh\n');
  await chmod(path.join(root, 'usr/bin/vestibule'), 0o755);
  await mkdir(path.join(root, 'etc/systemd/system'), { recursive: true });
});
after(() => rm(root, { recursive: true, force: true }));

async function verify(text) {
  await writeFile(path.join(root, 'etc/systemd/system/vestibule.service'), text);
  return run('systemd-analyze', ['verify', '--man=no', `--root=${root}`, 'vestibule.service']);
}

test('systemd finds nothing in the unit', async () => {
  const { code, output } = await verify(await read(UNIT));
  assert.equal(code, 0, output);
  assert.equal(output, '');
});

test('systemd finds a misspelt setting and a missing program', async () => {
  const text = await read(UNIT);
  assert.match((await verify(text.replace('ProtectHome=', 'ProtectHomes='))).output, /ProtectHomes/);
  assert.notEqual((await verify(text.replace('/usr/bin/vestibule', '/usr/bin/absent'))).code, 0);
});

const exposure = (file) =>
  run('systemd-analyze', [
    'security',
    '--offline=true',
    '--no-pager',
    `--threshold=${EXPOSURE_MAX * 10}`,
    file,
  ]);

test(`the exposure of the unit is at most ${EXPOSURE_MAX}`, async () => {
  const { code, output } = await exposure(path.join(deploy, 'systemd/vestibule.service'));
  assert.equal(code, 0, output);
  const [, level] = /Overall exposure level for vestibule\.service: ([\d.]+)/.exec(output);
  assert.ok(Number(level) <= EXPOSURE_MAX, output);
});

test('a unit with one protection less is over the limit', async () => {
  const weaker = path.join(root, 'vestibule.service');
  await writeFile(weaker, (await read(UNIT)).replace(/^(SystemCallFilter|CapabilityBoundingSet)=.*$/gm, ''));
  assert.notEqual((await exposure(weaker)).code, 0);
});

test('the service accepts the settings of the package', async () => {
  const folder = path.join(root, 'etc/vestibule');
  await mkdir(folder);
  await copyFile(path.join(deploy, 'systemd/vestibule.env'), path.join(folder, '.env'));
  const { settings } = await checkSettings({}, folder);
  const database = settings.find(({ name }) => name === 'VESTIBULE_DATABASE_URL');
  // The only folder that the unit lets the service write.
  assert.match(String(database.value), /^sqlite:\/var\/lib\/vestibule\//);
  assert.match(await read(UNIT), /^StateDirectory=vestibule$/m);
});

test('the service runs as the user that sysusers.d creates', async () => {
  await mkdir(path.join(root, 'usr/lib/sysusers.d'));
  await copyFile(
    path.join(deploy, 'systemd/vestibule.sysusers'),
    path.join(root, 'usr/lib/sysusers.d/vestibule.conf'),
  );
  await succeeds('systemd-sysusers', [`--root=${root}`]);
  const users = await readFile(path.join(root, 'etc/passwd'), 'utf8');
  assert.match(users, /^vestibule:.*:\/var\/lib\/vestibule:\/usr\/sbin\/nologin$/m);
  assert.match(await read(UNIT), /^User=vestibule$/m);
});

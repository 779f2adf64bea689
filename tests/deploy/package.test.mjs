// scripts/package packs a binary. The Debian package satisfies lintian, installs and runs; two runs give the same bytes; the list of
// components is valid. The binary is the debug build of the tests, or PACKAGE_BINARY.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createInterface } from 'node:readline';
import { checker, root, run, succeeds } from './tools.mjs';

const binary = process.env.PACKAGE_BINARY ?? process.env.VESTIBULE_BIN;
/** Files in the folder of the packages that the script has not written, and those of an earlier version. */
const FOREIGN = ['vestibule-notes.txt', 'vestibule_backup.db'];
const EARLIER = ['vestibule_0.0.1_amd64.deb', 'vestibule-0.0.1.cdx.json'];
let folder;
let out;
let deb;
let components;

/**
 * Runs scripts/package with other settings: folder for temporary files, umask, time zone, language. The paths of its options are
 * relative to the folder of the caller.
 */
async function pack(name, shell = '', env = {}) {
  const to = path.join(folder, name);
  const temporary = path.join(folder, `${name}-tmp`);
  await mkdir(temporary);
  await succeeds(
    'bash',
    [
      ...['-c', `${shell} exec "$0" --binary "$1" --out "$2"`, path.join(root, 'scripts/package')],
      ...[path.relative(folder, binary), name],
    ],
    {
      cwd: folder,
      env: { ...process.env, TMPDIR: temporary, ...env },
    },
  );
  // The temporary files are gone, also for a script that is started every night.
  assert.deepEqual(await readdir(temporary), []);
  return to;
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vestibule-package-'));
  const other = { TZ: 'Asia/Tokyo', LC_ALL: 'C.UTF-8', COLUMNS: '20' };
  await mkdir(path.join(folder, 'two/vestibule'), { recursive: true });
  for (const name of [...FOREIGN, ...EARLIER]) await writeFile(path.join(folder, 'two', name), name);
  [out] = await Promise.all([pack('one'), pack('two', 'umask 077;', other)]);
  const files = await readdir(out);
  deb = path.join(
    out,
    files.find((file) => file.endsWith('.deb')),
  );
  components = path.join(
    out,
    files.find((file) => file.endsWith('.cdx.json')),
  );
});
after(() => rm(folder, { recursive: true, force: true }));

const sums = (dir) => readFile(path.join(dir, 'SHA256SUMS'), 'utf8');
const verify = (dir) => run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: dir });

test('two runs give the same bytes, whatever the settings of the machine', async () => {
  assert.equal(await sums(path.join(folder, 'two')), await sums(out));
});

test('packages of an earlier version are replaced, and other files stay', async () => {
  const found = (await readdir(path.join(folder, 'two'))).toSorted();
  assert.deepEqual(found, [...(await readdir(out)), ...FOREIGN, 'vestibule'].toSorted());
  for (const name of FOREIGN) assert.equal(await readFile(path.join(folder, 'two', name), 'utf8'), name);
});

test('the checksums list each file and find a changed byte', async () => {
  const listed = (await sums(out)).trim().split('\n');
  assert.deepEqual(
    listed.map((line) => line.split('  ')[1]).toSorted(),
    (await readdir(out)).filter((file) => file !== 'SHA256SUMS').toSorted(),
  );
  assert.equal((await verify(out)).code, 0);
  const changed = path.join(folder, 'changed');
  await cp(out, changed, { recursive: true });
  await appendFile(path.join(changed, path.basename(components)), ' ');
  assert.notEqual((await verify(changed)).code, 0);
});

/** Lines of `dpkg-deb --contents` as mode, owner and path. */
async function contents() {
  const lines = (await succeeds('dpkg-deb', ['--contents', deb])).trim().split('\n');
  return lines.map((line) => {
    const [mode, owner, , , , ...name] = line.split(/\s+/);
    return { mode, owner, file: name.join(' ').replace(/^\./, '') };
  });
}

test('the Debian package has the service, its unit, settings and documents', async () => {
  const files = await contents();
  const mode = (wanted) => files.find(({ file }) => file === wanted)?.mode;
  assert.equal(mode('/usr/bin/vestibule'), '-rwxr-xr-x');
  assert.equal(mode('/etc/vestibule/.env'), '-rw-r-----');
  for (const file of [
    '/usr/lib/systemd/system/vestibule.service',
    '/usr/lib/sysusers.d/vestibule.conf',
    '/usr/share/bash-completion/completions/vestibule',
    '/usr/share/zsh/vendor-completions/_vestibule',
    '/usr/share/fish/vendor_completions.d/vestibule.fish',
    '/usr/share/man/man1/vestibule.1.gz',
    '/usr/share/man/man1/vestibule-users-import.1.gz',
    '/usr/share/doc/vestibule/docs/production.md',
    '/usr/share/doc/vestibule/examples/nginx/one-origin.conf',
    `/usr/share/doc/vestibule/${path.basename(components)}`,
  ]) {
    assert.equal(mode(file), '-rw-r--r--', file);
  }
  assert.deepEqual([...new Set(files.map(({ owner }) => owner))], ['root/root']);
  // The files that the unit and the settings name.
  for (const [, file] of (
    (await readFile(path.join(root, 'deploy/systemd/vestibule.service'), 'utf8')) +
    (await readFile(path.join(root, 'deploy/systemd/vestibule.env'), 'utf8'))
  ).matchAll(/(\/usr\/[\w./-]*\w)/g)) {
    assert.ok(mode(file), file);
  }
});

test('the Debian package needs the libraries of the binary', async () => {
  const fields = await succeeds('dpkg-deb', ['--field', deb]);
  const version = /^version = "(.*)"$/m.exec(await readFile(path.join(root, 'Cargo.toml'), 'utf8'))[1];
  assert.match(fields, new RegExp(`^Version: ${version.replaceAll('.', '\\.')}$`, 'm'));
  assert.match(fields, /^Depends: .*\blibc6 \(>= [\d.]+\).*\bca-certificates\b/m);
  assert.doesNotMatch(fields, /@[A-Z]+@/);
});

const lint = (file) =>
  run('lintian', [
    '--fail-on',
    'error,warning',
    '--no-cfg',
    '--allow-root',
    '--tag-display-limit',
    '0',
    file,
  ]);

test('lintian finds nothing, and finds a mistake', async () => {
  const { code, output } = await lint(deb);
  assert.equal(code, 0, output);
  const tree = path.join(folder, 'mistake');
  await succeeds('dpkg-deb', ['--raw-extract', deb, tree]);
  await rm(path.join(tree, 'usr/share/doc/vestibule/copyright'));
  await rm(path.join(tree, 'usr/bin/vestibule'));
  await succeeds('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, `${tree}.deb`]);
  assert.match((await lint(`${tree}.deb`)).output, /no-copyright-file/);
});

/** Folder with the database of packages of an empty system. */
async function emptySystem(name) {
  const system = path.join(folder, name);
  await mkdir(path.join(system, 'var/lib/dpkg'), { recursive: true });
  await writeFile(path.join(system, 'var/lib/dpkg/status'), '');
  await mkdir(path.join(system, 'etc'));
  return system;
}

/** Runs dpkg for another system. The scripts of the package run outside it, as for an image that is being built. */
function dpkg(system, ...args) {
  const fake = process.getuid() === 0 ? [] : ['fakeroot', '-s', `${system}.fake`, '-i', `${system}.fake`];
  const command = [
    ...fake,
    'dpkg',
    `--root=${system}`,
    '--force-script-chrootless',
    '--force-depends',
    ...args,
  ];
  return run(command[0], command.slice(1));
}

async function dpkgSucceeds(...args) {
  const { code, output } = await dpkg(...args);
  assert.equal(code, 0, output);
  return output;
}

const lines = async (file) => (await readFile(file, 'utf8')).trim().split('\n');

test('the package installs, upgrades, and leaves nothing but the database after a purge', async () => {
  const system = await emptySystem('system');
  const settings = path.join(system, 'etc/vestibule/.env');
  const wanted = path.join(system, 'etc/systemd/system/multi-user.target.wants');
  const first = await dpkgSucceeds(system, '--install', deb);
  assert.match(first, /Set VESTIBULE_PUBLIC_URL in \/etc\/vestibule\/\.env/);
  const account = (await lines(path.join(system, 'etc/passwd'))).filter((line) =>
    line.startsWith('vestibule:'),
  );
  assert.equal(account.length, 1);
  const group = Number(account[0].split(':')[3]);
  assert.ok(group > 0 && group < 1000, account[0]);
  const { uid, gid, mode } = await stat(settings);
  assert.equal(mode & 0o777, 0o640);
  if (process.getuid() === 0) assert.deepEqual([uid, gid], [0, group]);

  // What administrators chose stays: the text, the mode, the unit that they enabled.
  await appendFile(settings, 'VESTIBULE_LOG=warn\n');
  await chmod(settings, 0o600);
  await mkdir(wanted, { recursive: true });
  await writeFile(path.join(wanted, 'vestibule.service'), '');
  const accounts = await readFile(path.join(system, 'etc/passwd'), 'utf8');
  assert.doesNotMatch(await dpkgSucceeds(system, '--install', deb), /Set VESTIBULE_PUBLIC_URL/);
  assert.match(await readFile(settings, 'utf8'), /VESTIBULE_LOG=warn\n$/);
  assert.equal((await stat(settings)).mode & 0o777, 0o600);
  assert.equal(await readFile(path.join(system, 'etc/passwd'), 'utf8'), accounts);

  const database = path.join(system, 'var/lib/vestibule');
  await mkdir(database, { recursive: true });
  await writeFile(path.join(database, 'vestibule.db'), '');
  await dpkgSucceeds(system, '--remove', 'vestibule');
  assert.match(await readFile(settings, 'utf8'), /VESTIBULE_LOG=warn\n$/);
  // A new installation after a removal finds the settings as they were.
  await dpkgSucceeds(system, '--install', deb);
  assert.match(await readFile(settings, 'utf8'), /VESTIBULE_LOG=warn\n$/);
  assert.match(
    await dpkgSucceeds(system, '--purge', 'vestibule'),
    /database in \/var\/lib\/vestibule was kept/,
  );
  assert.deepEqual(await readdir(database), ['vestibule.db']);
  assert.deepEqual(await readdir(wanted), []);
  for (const gone of ['etc/vestibule', 'usr/bin/vestibule', 'usr/share/doc/vestibule']) {
    await assert.rejects(stat(path.join(system, gone)), { code: 'ENOENT' }, gone);
  }
});

test('the scripts of the package can run twice', async () => {
  const system = await emptySystem('twice');
  await dpkgSucceeds(system, '--install', deb);
  const scripts = path.join(system, 'var/lib/dpkg/info');
  const env = { ...process.env, DPKG_ROOT: system };
  for (const [script, ...args] of [
    ['postinst', 'configure', '0.1.0'],
    ['prerm', 'remove'],
    ['postrm', 'remove'],
    ['postrm', 'purge'],
  ]) {
    for (const again of [1, 2]) {
      const { code, output } = await run(path.join(scripts, `vestibule.${script}`), args, { env });
      assert.equal(code, 0, `${script} ${args.join(' ')}, run ${again}: ${output}`);
    }
  }
});

/** Starts a binary with settings of a package, and returns its address. */
async function start(program, cwd, data) {
  await mkdir(data, { recursive: true });
  const service = spawn(program, ['serve'], {
    cwd,
    env: {
      PATH: process.env.PATH,
      VESTIBULE_LISTEN: '127.0.0.1:0',
      VESTIBULE_DATABASE_URL: `sqlite:${data}/vestibule.db`,
      VESTIBULE_LOG: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: service.stdout })) {
    const address = /^listening on (\S+)/.exec(line)?.[1];
    if (address) return { service, url: address.startsWith('http') ? address : `http://${address}` };
  }
  return assert.fail('the service did not start; its message is above');
}

/** Asserts that a program with the files of a package serves a page with its scripts, and is ready. */
async function serves(program, cwd, data) {
  const { service, url } = await start(program, cwd, data);
  try {
    const page = await (await fetch(`${url}/login`)).text();
    const [, script] = /src="(?:\/)?(vestibule\/main-[\w-]+\.js)"/.exec(page) ?? assert.fail(page);
    const file = await fetch(`${url}/${script}`, { headers: { 'accept-encoding': 'br' } });
    assert.equal(file.headers.get('cache-control'), 'max-age=31536000, immutable');
    assert.equal(file.headers.get('content-encoding'), 'br');
    assert.ok((await file.text()).length > 10_000);
    await succeeds(program, ['healthcheck', '--url', url]);
  } finally {
    service.kill('SIGTERM');
    const [code] = await once(service, 'exit');
    assert.equal(code, 0);
  }
}

test('the installed service starts with the installed settings', async () => {
  const system = await emptySystem('run');
  await dpkgSucceeds(system, '--install', deb);
  const data = path.join(system, 'var/lib/vestibule');
  await serves(path.join(system, 'usr/bin/vestibule'), path.join(system, 'etc/vestibule'), data);
});

/** Commands of the documents that install the tarball, for another system. */
async function commandsForTarball(system) {
  const text = await readFile(path.join(root, 'deploy/docs/production.md'), 'utf8');
  const block = /```sh\n(install -D -m 755 vestibule [^`]*)```/.exec(text)[1];
  const group = '$(sed -n "s/^vestibule:[^:]*:\\([0-9]*\\):.*/\\1/p" $SYSTEM/etc/group)';
  const adapted = block
    .replaceAll(' /', ' $SYSTEM/')
    .replace('systemd-sysusers', 'systemd-sysusers --root=$SYSTEM')
    // The group exists in the other system only, and only root may give a file to it.
    .replace('-g vestibule', process.getuid() === 0 ? `-g ${group}` : '');
  return ['-euc', `SYSTEM=${system}\n${adapted}`];
}

test('the tarball is installed with the commands of the documents, and its service starts', async () => {
  const archive = (await readdir(out)).find((file) => file.endsWith('.tar.gz'));
  await succeeds('tar', ['--extract', '--gzip', '--file', path.join(out, archive), '--directory', folder]);
  const unpacked = path.join(folder, archive.replace('.tar.gz', ''));
  assert.deepEqual((await readdir(unpacked)).toSorted(), [
    'CHANGELOG.md',
    'LICENSE',
    'completions',
    'docs',
    'examples',
    'grafana',
    'man1',
    'prometheus',
    'systemd',
    'vestibule',
    path.basename(components),
  ]);
  const system = await emptySystem('tarball');
  await succeeds('sh', await commandsForTarball(system), { cwd: unpacked });
  await stat(path.join(system, 'etc/systemd/system/vestibule.service'));
  assert.equal((await stat(path.join(system, 'etc/vestibule/.env'))).mode & 0o777, 0o640);
  const settings = path.join(system, 'etc/vestibule');
  await serves(path.join(system, 'usr/bin/vestibule'), settings, path.join(system, 'var/lib/vestibule'));
});

test('the figures of a binary fail if one is above its limit', async () => {
  // Bytes after the program change its size only.
  const large = path.join(folder, 'large');
  await cp(binary, large);
  await truncate(large, Math.max((await stat(binary)).size, 26_000_000));
  const { code, output } = await run('node', ['scripts/lib/binary-figures.mjs', large, '1']);
  assert.equal(code, 1, output);
  assert.match(output, /^size +[\d.]+ MB +≤ 25 MB +ABOVE THE LIMIT$/m);
  assert.match(output, /^idle memory \(resident\) +[\d.]+ MiB +≤ 25 MiB/m);
  assert.match(output, /^start until requests are accepted +[\d.]+ ms +≤ 50 ms/m);
});

const VALIDATE = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
fault = JsonStrictValidator(SchemaVersion.V1_5).validate_str(sys.stdin.read())
sys.exit(str(fault) if fault else 0)`;
const validate = (text) => checker(['-c', VALIDATE], { input: text });

test('the list of components is valid, and the check finds an invalid one', async () => {
  const text = await readFile(components, 'utf8');
  const { code, output } = await validate(text);
  assert.equal(code, 0, output);
  assert.notEqual((await validate(text.replace('"bomFormat"', '"format"'))).code, 0);
});

test('the list has the crates of the binary, the npm packages of the pages, and none of their tools', async () => {
  const list = JSON.parse(await readFile(components, 'utf8'));
  const named = new Map(
    list.components.map((component) => [component.purl?.replace(/@[^@]*$/, ''), component]),
  );
  for (const wanted of [
    'pkg:cargo/axum',
    'pkg:cargo/mongodb',
    'pkg:cargo/rusqlite',
    'pkg:npm/%40angular/core',
  ]) {
    assert.ok(named.has(wanted), wanted);
  }
  for (const tool of [
    'pkg:cargo/insta',
    'pkg:cargo/proptest',
    'pkg:npm/%40angular/cli',
    'pkg:npm/typescript',
  ]) {
    assert.ok(!named.has(tool), tool);
  }
  // Versions are those of the lock file.
  const lock = await readFile(path.join(root, 'Cargo.lock'), 'utf8');
  const locked = /name = "axum"\nversion = "(.*)"/.exec(lock)[1];
  assert.equal(named.get('pkg:cargo/axum').version, locked);
  const without = list.components.filter(
    ({ licenses, purl }) => !licenses?.length && purl?.startsWith('pkg:cargo/'),
  );
  assert.deepEqual(
    without.map(({ purl }) => purl),
    [],
  );
  // Each dependency is in the list, and no folder of the machine.
  const references = new Set(list.components.map((component) => component['bom-ref']));
  references.add(list.metadata.component['bom-ref']);
  for (const { ref, dependsOn = [] } of list.dependencies) {
    for (const one of [ref, ...dependsOn]) assert.ok(references.has(one), one);
  }
  assert.doesNotMatch(JSON.stringify(list), /file:\/\/|\/tmp\/|\/home\//);
});

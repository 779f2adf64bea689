// deploy/compose.yaml fits the Compose specification and our rules for containers, and the service accepts its settings.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { checkSettings, checker, checkerSucceeds, deploy, read, readYaml, succeeds } from './tools.mjs';

const FILE = 'deploy/compose.yaml';
const SCHEMA = ['-m', 'check_jsonschema', '--builtin-schema', 'vendor.compose-spec'];
let folder, secrets, compose;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vestibule-deploy-'));
  secrets = path.join(folder, 'secrets');
  await succeeds(path.join(deploy, 'compose/create-secrets'), [secrets]);
  [compose] = await readYaml(FILE);
});
after(() => rm(folder, { recursive: true, force: true }));

test('the file fits the Compose specification', async () => {
  await checkerSucceeds([...SCHEMA, FILE]);
});

test('the schema finds a misspelt key', async () => {
  const wrong = path.join(folder, 'compose.yaml');
  await writeFile(wrong, (await read(FILE)).replace('read_only: true', 'readonly: true'));
  assert.equal((await checker([...SCHEMA, wrong])).code, 1);
});

test('no container keeps capabilities or gains privileges', () => {
  for (const [name, service] of Object.entries(compose.services)) {
    assert.deepEqual(service.cap_drop, ['ALL'], name);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    assert.equal(service.cap_add, undefined, name);
    assert.notEqual(service.privileged, true, name);
  }
});

test('ports are open on this machine only', () => {
  for (const [name, { ports = [] }] of Object.entries(compose.services)) {
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, name);
  }
});

test('every secret is a file that create-secrets makes, and each is used', async () => {
  const files = Object.values(compose.secrets).map(({ file }) => file);
  assert.deepEqual(files.map((file) => path.basename(file)).sort(), (await readdir(secrets)).sort());
  const used = Object.values(compose.services).flatMap((service) => service.secrets ?? []);
  assert.deepEqual([...new Set(used)].sort(), Object.keys(compose.secrets).sort());
  const text = await read(FILE);
  assert.doesNotMatch(
    text,
    /PASSWORD: |SECRET: |_KEYS: /,
    'a secret in the environment is in the output of docker inspect',
  );
});

test('only the owner opens the folder of the secrets, and a second run keeps them', async () => {
  assert.equal((await stat(secrets)).mode & 0o777, 0o700);
  const url = path.join(secrets, 'database-url');
  const before = await stat(url);
  await succeeds(path.join(deploy, 'compose/create-secrets'), [secrets]);
  assert.equal((await stat(url)).mtimeMs, before.mtimeMs);
});

test('the service accepts the settings of the file', async () => {
  const settings = Object.entries(compose.services.vestibule.environment).map(([name, value]) => {
    const standard = String(value).replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
    return [name, standard.replace('/run/secrets', secrets)];
  });
  const report = await checkSettings(Object.fromEntries(settings), folder);
  const value = (name) => report.settings.find((setting) => setting.name === name)?.value;
  assert.match(JSON.stringify(value('VESTIBULE_DATABASE_URL')), /database:27017\/vestibule/);
  assert.match(JSON.stringify(value('VESTIBULE_PROVIDER_KEYCLOAK_BACKCHANNEL_URL')), /keycloak:8080/);
});

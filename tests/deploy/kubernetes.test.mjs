// The overlays are valid Kubernetes objects, follow the rules of the restricted Pod Security Standard, and the service accepts their settings.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { checkSettings, checker, parseYaml, read, succeeds, tool } from './tools.mjs';

const OVERLAYS = ['mongodb', 'sqlite'];
const overlays = {};
let folder;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vestibule-deploy-'));
  for (const name of OVERLAYS) {
    const text = await succeeds('kubectl', ['kustomize', `deploy/kubernetes/overlays/${name}`]);
    const file = path.join(folder, `${name}.yaml`);
    await writeFile(file, text);
    overlays[name] = { text, file, objects: await parseYaml(text) };
  }
});
after(() => rm(folder, { recursive: true, force: true }));

const validate = (file) => checker([tool('kubernetes-validate'), '--strict', file]);
const find = (name, kind) => overlays[name].objects.find((object) => object.kind === kind);
const pod = (name) => find(name, 'Deployment').spec.template.spec;

for (const name of OVERLAYS) {
  test(`the overlay ${name} has valid objects only`, async () => {
    const { code, output } = await validate(overlays[name].file);
    assert.equal(code, 0, output);
  });

  // https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, and a root file system that is read-only.
  test(`the pods of ${name} have no privilege`, () => {
    const { securityContext, containers, ...spec } = pod(name);
    assert.equal(securityContext.runAsNonRoot, true);
    assert.equal(securityContext.runAsUser, 65532);
    assert.equal(securityContext.seccompProfile.type, 'RuntimeDefault');
    for (const container of containers) {
      assert.equal(container.securityContext.allowPrivilegeEscalation, false);
      assert.equal(container.securityContext.readOnlyRootFilesystem, true);
      assert.deepEqual(container.securityContext.capabilities, { drop: ['ALL'] });
      for (const kind of ['startupProbe', 'livenessProbe', 'readinessProbe'])
        assert.ok(container[kind], kind);
      assert.equal(container.livenessProbe.httpGet.path, '/healthz');
      assert.equal(container.readinessProbe.httpGet.path, '/readyz');
    }
    assert.equal(spec.automountServiceAccountToken, false);
    assert.equal(spec.enableServiceLinks, false);
    assert.ok(!spec.hostNetwork && !spec.hostPID && !spec.hostIPC);
    assert.equal(find(name, 'Namespace').metadata.labels['pod-security.kubernetes.io/enforce'], 'restricted');
  });

  test(`the selectors of ${name} match its pods`, () => {
    const { labels } = find(name, 'Deployment').spec.template.metadata;
    const selectors = overlays[name].objects
      .map(({ spec }) => spec?.selector?.matchLabels ?? spec?.selector)
      .filter(Boolean);
    assert.ok(selectors.length >= 2);
    for (const selector of selectors) {
      for (const [label, value] of Object.entries(selector)) assert.equal(labels[label], value);
    }
  });

  test(`the host of ${name} is the public URL`, () => {
    const { host } = new URL(find(name, 'ConfigMap').data.VESTIBULE_PUBLIC_URL);
    const { rules, tls } = find(name, 'Ingress').spec;
    assert.deepEqual(
      rules.map((rule) => rule.host),
      [host],
    );
    assert.deepEqual(
      tls.map(({ hosts }) => hosts),
      [[host]],
    );
  });

  test(`the service accepts the settings of ${name}`, async () => {
    const secrets = path.join(folder, name);
    await succeeds('mkdir', ['-p', secrets]);
    await writeFile(
      path.join(secrets, 'secret-keys'),
      await succeeds(process.env.VESTIBULE_BIN, ['keys', 'new']),
    );
    await writeFile(
      path.join(secrets, 'database-url'),
      'mongodb://vestibule:secret@db1,db2,db3/vestibule?replicaSet=rs0&tls=true\n',
    );
    const [{ env }] = pod(name).containers;
    const of = ({ name, value }) => [name, value.replace('/run/secrets/vestibule', secrets)];
    await checkSettings({ ...find(name, 'ConfigMap').data, ...Object.fromEntries(env.map(of)) }, folder);
  });
}

test('the commands of the document create what the overlays read', async () => {
  const [, block] = /^### Kubernetes$[\s\S]*?```sh\n([\s\S]*?)```/m.exec(
    await read('deploy/docs/production.md'),
  );
  const kubectl = block
    .replaceAll('\\\n', ' ')
    .match(/^kubectl .*$/gm)
    .map((line) => line.split(/\s+/).slice(1));
  const [namespace, secret, apply, ...later] = kubectl;
  await writeFile(path.join(folder, 'secret-keys'), 'keys');
  await writeFile(path.join(folder, 'database-url'), 'mongodb://db1/vestibule');
  const dryRun = ['--dry-run=client', '--output=yaml'];
  const create = async (args) => parseYaml(await succeeds('kubectl', [...args, ...dryRun], { cwd: folder }));
  assert.equal((await create(namespace))[0].metadata.name, find('mongodb', 'Namespace').metadata.name);
  const [{ metadata, data }] = await create(secret);
  const { volumes, containers } = pod('mongodb');
  assert.ok(volumes.some((volume) => volume.secret?.secretName === metadata.name));
  const files = containers[0].env
    .map(({ value }) => value)
    .filter((value) => /^\/run\/secrets\//.test(value));
  assert.deepEqual(files.map((file) => path.basename(file)).sort(), Object.keys(data).sort());
  assert.deepEqual(apply.slice(0, -1), ['apply', '--kustomize']);
  assert.ok(OVERLAYS.some((name) => apply.at(-1) === `deploy/kubernetes/overlays/${name}`));
  assert.equal(later.length, 2);
  for (const args of later) {
    assert.ok(args.includes(`deployment/${find('mongodb', 'Deployment').metadata.name}`), args.join(' '));
    assert.deepEqual(args.slice(0, 2), ['--namespace', metadata.namespace]);
  }
});

test('a misspelt member is found', async () => {
  const wrong = path.join(folder, 'wrong.yaml');
  await writeFile(wrong, overlays.mongodb.text.replace('replicas: 2', 'replicaz: 2'));
  const { code, output } = await validate(wrong);
  assert.equal(code, 1, output);
  assert.match(output, /replicaz/);
});

test('with MongoDB two replicas are on two nodes, and a drain leaves one of them', () => {
  const { spec } = find('mongodb', 'Deployment');
  assert.equal(spec.replicas, 2);
  assert.equal(spec.strategy.rollingUpdate.maxUnavailable, 0);
  const spread = spec.template.spec.topologySpreadConstraints;
  assert.ok(
    spread.some(
      ({ topologyKey, whenUnsatisfiable }) =>
        topologyKey === 'kubernetes.io/hostname' && whenUnsatisfiable === 'DoNotSchedule',
    ),
  );
  assert.equal(find('mongodb', 'PodDisruptionBudget').spec.minAvailable, 1);
});

test('two processes never have the embedded store', () => {
  const { spec } = find('sqlite', 'Deployment');
  assert.equal(spec.replicas, 1);
  assert.equal(spec.strategy.type, 'Recreate');
  assert.deepEqual(find('sqlite', 'PersistentVolumeClaim').spec.accessModes, ['ReadWriteOncePod']);
  assert.equal(find('sqlite', 'PodDisruptionBudget'), undefined, 'a budget of one would block every drain');
});

test('the network policy admits the proxy and Prometheus, and never reaches the metadata service of a cloud', () => {
  for (const name of OVERLAYS) {
    const { ingress, egress } = find(name, 'NetworkPolicy').spec;
    assert.deepEqual(
      ingress.map(({ ports }) => ports.map(({ port }) => port)),
      [['http'], ['metrics']],
    );
    for (const { from } of ingress) assert.ok(from.every((peer) => peer.namespaceSelector));
    const open = egress.flatMap(({ to }) => to).filter(({ ipBlock }) => ipBlock?.cidr === '0.0.0.0/0');
    assert.equal(open.length, 1);
    assert.deepEqual(open[0].ipBlock.except, ['169.254.0.0/16']);
  }
});

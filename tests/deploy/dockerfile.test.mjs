// The Dockerfile follows the rules of hadolint and our own, and its context contains nothing but sources.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read, run, succeeds, tool } from './tools.mjs';

const FILE = 'deploy/Dockerfile';
const lines = async () => (await read(FILE)).replaceAll('\\\n', '').split('\n');

test('hadolint finds nothing in the Dockerfile', async () => {
  await succeeds(tool('hadolint'), [FILE]);
});

test('hadolint finds what is wrong', async () => {
  const wrong = (await read(FILE))
    .replace('node:24-bookworm-slim', 'node:latest')
    .replace('WORKDIR /build\n', 'WORKDIR build\n');
  const { code, output } = await run(tool('hadolint'), ['-'], { input: wrong });
  assert.equal(code, 1);
  assert.match(output, /DL3007/);
  assert.match(output, /DL3000/);
});

test('the image runs as a user without rights, and its entry point needs no shell', async () => {
  const last = (await lines())
    .join('\n')
    .split(/^FROM /m)
    .at(-1);
  assert.match(last, /^gcr\.io\/distroless\/cc-debian12:nonroot$/m);
  assert.match(last, /^USER 65532:65532$/m);
  assert.match(last, /^ENTRYPOINT \["/m);
  assert.match(last, /^CMD \["serve"\]$/m);
  assert.match(last, /^HEALTHCHECK .* CMD \["\/usr\/local\/bin\/vestibule", "healthcheck"\]$/m);
  assert.doesNotMatch(last, /^RUN /m);
});

test('every image has a tag that is a version', async () => {
  const bases = (await lines()).map((line) => /^FROM (\S+)/.exec(line)?.[1]).filter(Boolean);
  assert.equal(bases.length, 3);
  for (const base of bases) assert.match(base, /^[a-z.]+\/[a-z/-]+[a-z0-9-]*:[a-z0-9.-]+$/);
  assert.ok(!bases.some((base) => base.endsWith(':latest')));
});

// A list of what must stay out would miss the next secret that a developer puts beside the sources.
test('the build context is a list of what the build reads', async () => {
  const rules = (await read('.dockerignore')).split('\n').filter((line) => line && !line.startsWith('#'));
  assert.equal(rules[0], '*');
  const added = rules.filter((rule) => rule.startsWith('!'));
  for (const rule of added) assert.ok(!/\.git|data|^!\.env$|secrets/.test(rule), rule);
  assert.ok(rules.includes('**/.env'));
  assert.ok(rules.lastIndexOf('**/.env') > rules.lastIndexOf(added.at(-1)), 'the last rule wins');
});

// The image itself is built by the long form only.
test('the build context contains the files that Cargo.toml names', async () => {
  const rules = (await read('.dockerignore')).split('\n').filter((rule) => rule.startsWith('!'));
  const paths = [...(await read('Cargo.toml')).matchAll(/\bpath = "([^"]+)"/g)].map(([, name]) => name);
  assert.ok(paths.length >= 3);
  for (const name of paths) {
    assert.ok(
      rules.some((rule) => `${name}/`.startsWith(`${rule.slice(1)}/`)),
      name,
    );
  }
});

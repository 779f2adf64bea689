// The bundle sizes of deploy/docs/angular-comparison.md, measured: one small application, built with each library.
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build, installLibrary, makeFolder, repository } from './harness/workspace.mjs';

const document = path.join(repository, 'deploy/docs/angular-comparison.md');
const variants = {
  none: 'none',
  '`@vestibule/angular`': 'vestibule',
  '`@vestibule/angular` with keep-alive and warning': 'vestibule-keep-alive',
  '`keycloak-angular`': 'keycloak-angular',
  '`@auth0/auth0-angular`': 'auth0-angular',
  '`angular-oauth2-oidc`': 'angular-oauth2-oidc',
};
/** Bytes by which a size in the document may differ from the measured one: a patch release of Angular moves them. */
const TOLERANCE = 500;

let folder;
let remove;
/** Sizes by variant: `{ initial, lazy }`, in bytes after gzip. */
const sizes = {};

before(
  async () => {
    ({ folder, remove } = await makeFolder('comparison'));
    await installLibrary(folder);
    const index = '<!doctype html><html lang="en"><base href="/"><body><app-root></app-root></body></html>';
    for (const variant of Object.values(variants)) {
      await rm(path.join(folder, 'src'), { recursive: true, force: true });
      await mkdir(path.join(folder, 'src'));
      const app = path.join(import.meta.dirname, 'comparison/app');
      await cp(path.join(app, 'main.ts'), path.join(folder, 'src/main.ts'));
      await cp(path.join(app, `${variant}.ts`), path.join(folder, 'src/auth.ts'));
      const { browser } = await build(folder, { files: { 'index.html': index, 'styles.css': '' } });
      sizes[variant] = await measure(browser);
    }
  },
  { timeout: 600_000 },
);
after(() => remove?.());

/** Sums the scripts that index.html and their static imports load, and all others, after gzip. */
async function measure(browser) {
  const scripts = (await readdir(browser)).filter((name) => name.endsWith('.js'));
  const sources = Object.fromEntries(
    await Promise.all(scripts.map(async (name) => [name, await readFile(path.join(browser, name), 'utf8')])),
  );
  const initial = new Set();
  const queue = [
    ...(await readFile(path.join(browser, 'index.html'), 'utf8')).matchAll(/src="([^"]+\.js)"/g),
  ].map(([, name]) => name);
  for (let name = queue.pop(); name; name = queue.pop()) {
    if (initial.has(name)) continue;
    initial.add(name);
    for (const [, next] of sources[name].matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) queue.push(next);
  }
  const sum = (names) =>
    names.reduce((total, name) => total + gzipSync(sources[name], { level: 9 }).length, 0);
  return { initial: sum([...initial]), lazy: sum(scripts.filter((name) => !initial.has(name))) };
}

/** Returns what a library adds to the application without one. */
const addedBy = (variant) => ({
  initial: sizes[variant].initial - sizes.none.initial,
  lazy: sizes[variant].lazy - sizes.none.lazy,
});

test('the document has the measured bundle sizes', async () => {
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  for (const [name, variant] of Object.entries(variants)) {
    const { initial, lazy } = addedBy(variant);
    console.log(`| ${name} | ${kilobytes(initial)} | ${kilobytes(lazy)} |`);
  }
  const text = await readFile(document, 'utf8');
  for (const [name, variant] of Object.entries(variants)) {
    if (variant === 'none') continue;
    const added = addedBy(variant);
    const row = text.split('\n').find((line) => line.startsWith(`| ${name} |`));
    assert.ok(row, `the table of sizes has a row for ${name}`);
    const [initial, lazy] = [...row.matchAll(/([\d.]+) kB/g)].map(([, value]) => Number(value) * 1000);
    for (const [what, stated] of Object.entries({ initial, lazy }))
      assert.ok(
        Math.abs(stated - added[what]) <= TOLERANCE,
        `${name}, ${what}: the document says ${stated} bytes, measured are ${added[what]}`,
      );
  }
});

test('the document names the versions that are compared', async () => {
  const text = await readFile(document, 'utf8');
  const { dependencies } = JSON.parse(
    await readFile(path.join(import.meta.dirname, 'comparison/package.json'), 'utf8'),
  );
  for (const name of ['keycloak-angular', 'keycloak-js', '@auth0/auth0-angular', 'angular-oauth2-oidc'])
    assert.ok(text.includes(`${name} ${dependencies[name]}`), `${name} ${dependencies[name]}`);
});

test('the session, guards and interceptors cost at most 10 kB', () => {
  const { initial } = addedBy('vestibule');
  assert.ok(initial <= 10_000, `${initial} bytes after gzip`);
});

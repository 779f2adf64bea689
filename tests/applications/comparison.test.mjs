// The bundle sizes of deploy/docs/angular-comparison.md, measured: one small application, built with each library.
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build, installLibrary, makeFolder, repository, runIn } from './harness/workspace.mjs';

const document = path.join(repository, 'deploy/docs/angular-comparison.md');
const variants = {
  none: 'none',
  '`@vestibule/angular`, session, guards and interceptors': 'vestibule-core',
  '`@vestibule/angular` with hosted pages': 'vestibule',
  '`@vestibule/angular` with hosted pages, keep-alive and warning': 'vestibule-keep-alive',
  '`keycloak-angular`': 'keycloak-angular',
  '`@auth0/auth0-angular`': 'auth0-angular',
  '`angular-oauth2-oidc`': 'angular-oauth2-oidc',
};
/** Bytes by which a size in the document may differ from the measured one: a patch release of Angular moves them. */
const TOLERANCE = 500;

let folder;
let remove;
/** Angular and RxJS: every application has them. What an application uses of them is not code of a library. */
const shared = ['@angular/*', 'rxjs', 'rxjs/*', 'tslib'];
/** Sizes by variant: `{ initial, lazy, own }`, in bytes after gzip. `own` are the initial scripts without Angular and RxJS. */
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
      const files = { 'index.html': index, 'styles.css': '' };
      const all = await build(folder, { files });
      const { initial, lazy } = await measure(all.browser);
      const withoutAngular = await build(folder, { files, options: { externalDependencies: shared } });
      const own = (await measure(withoutAngular.browser)).initial;
      sizes[variant] = { initial, lazy, own };
    }
  },
  { timeout: 3_600_000 },
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
  // The imports of packages that are left out are not code.
  const code = (name) => sources[name].replace(/import[^;]*from"(@angular|rxjs|tslib)[^"]*";/g, '');
  const sum = (names) => names.reduce((total, name) => total + gzipSync(code(name), { level: 9 }).length, 0);
  return { initial: sum([...initial]), lazy: sum(scripts.filter((name) => !initial.has(name))) };
}

/** Returns what a library adds to the application without one. */
const addedBy = (variant) => ({
  initial: sizes[variant].initial - sizes.none.initial,
  lazy: sizes[variant].lazy - sizes.none.lazy,
  own: sizes[variant].own - sizes.none.own,
});

test('the document has the measured bundle sizes', async () => {
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  for (const [name, variant] of Object.entries(variants)) {
    const { own, initial, lazy } = addedBy(variant);
    console.log(`| ${name} | ${kilobytes(own)} | ${kilobytes(initial)} | ${kilobytes(lazy)} |`);
  }
  const text = await readFile(document, 'utf8');
  for (const [name, variant] of Object.entries(variants)) {
    if (variant === 'none') continue;
    const added = addedBy(variant);
    const row = text.split('\n').find((line) => line.startsWith(`| ${name} |`));
    assert.ok(row, `the table of sizes has a row for ${name}`);
    const [own, initial, lazy] = [...row.matchAll(/([\d.]+) kB/g)].map(([, value]) => Number(value) * 1000);
    for (const [what, stated] of Object.entries({ own, initial, lazy }))
      assert.ok(
        Math.abs(stated - added[what]) <= TOLERANCE,
        `${name}, ${what}: the document says ${stated} bytes, measured are ${added[what]}`,
      );
  }
});

test('the session, guards and interceptors cost at most 10 kB', async () => {
  // The code of the library alone. An application adds what its own guard and its own code do with it.
  const output = await runIn(path.join(repository, 'angular'), 'node', ['scripts/library-size.mjs']);
  const [, bytes] = output.match(/^ *(\d+) {2}session, guards and interceptors/m) ?? [];
  assert.ok(Number(bytes) <= 10_240, `${bytes} bytes after gzip`);
});

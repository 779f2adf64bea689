// The cells of deploy/docs/angular-comparison.md: each one of ours names a test, and the versions are those that are compared.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { repository } from './harness/workspace.mjs';

const folder = path.join(repository, 'deploy/docs');
const text = await readFile(path.join(folder, 'angular-comparison.md'), 'utf8');

/** Capabilities that are limits of ours: nothing to test. */
const LIMITS = ["works without a server of one's own"];

test('each cell of ours names a test that exists', () => {
  const targets = Object.fromEntries(
    [...text.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, name, target]) => [name, target]),
  );
  const table = text.slice(text.indexOf('| capability |')).split('\n\n')[0];
  const rows = table.split('\n').slice(2);
  assert.ok(rows.length >= 20, 'the table has its rows');
  for (const row of rows) {
    const [capability, ours] = row
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    if (LIMITS.includes(capability)) continue;
    const names = [...ours.matchAll(/\[[^\]]+\]\[([^\]]+)\]/g)].map(([, name]) => name);
    assert.ok(names.length > 0, `${capability}: no test is named`);
    for (const name of names) {
      const file = path.join(folder, targets[name] ?? '-');
      assert.ok(existsSync(file), `${capability}: ${name} is no file`);
      // The main path and the environments are lists of tests that each application runs.
      assert.match(
        file,
        /\.test\.mjs$|\.spec\.ts$|\/(?:main-path|environments|change-detection)\.mjs$|\/tests\/it\//,
      );
    }
  }
});

test('the document names the versions that are compared', async () => {
  const { dependencies } = JSON.parse(
    await readFile(path.join(import.meta.dirname, 'comparison/package.json'), 'utf8'),
  );
  for (const name of ['keycloak-angular', 'keycloak-js', '@auth0/auth0-angular', 'angular-oauth2-oidc'])
    assert.ok(text.includes(`${name} ${dependencies[name]}`), `${name} ${dependencies[name]}`);
});

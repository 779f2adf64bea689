// The workflows of GitHub are valid, call the scripts of this repository and nothing else, and need no right to write.
import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { checker, checkerSucceeds, read, readYaml, root, succeeds } from './tools.mjs';

const FOLDER = '.github/workflows';
const files = async () => (await readdir(path.join(root, FOLDER))).map((name) => `${FOLDER}/${name}`);
const SCHEMA = ['-m', 'check_jsonschema', '--builtin-schema', 'vendor.github-workflows'];

test('the workflows fit the schema of GitHub', async () => {
  await checkerSucceeds([...SCHEMA, ...(await files())]);
});

test('the schema finds a misspelt key', async () => {
  const wrong = (await read(`${FOLDER}/ci.yml`)).replace('runs-on', 'run-on');
  const { code } = await checker([...SCHEMA, '-'], { input: wrong });
  assert.equal(code, 1);
});

test('each step calls a script of this repository', async () => {
  for (const file of await files()) {
    const [{ jobs }] = await readYaml(file);
    for (const { steps, strategy } of Object.values(jobs)) {
      const commands = strategy?.matrix?.command ?? [];
      for (const step of steps.filter(({ run }) => run)) {
        for (const line of step.run === '${{ matrix.command }}' ? commands : [step.run]) {
          const script = line.split(' ')[0];
          assert.match(script, /^(\.ci|scripts)\//, `${file}: ${line}`);
          assert.ok((await stat(path.join(root, script))).mode & 0o100, script);
        }
      }
    }
  }
});

// Each part of scripts/test whose help names --all. Also the two scripts that scripts/test does not run completely.
test('what is too long for each change runs on a schedule', async () => {
  const [long] = await readYaml(`${FOLDER}/long.yml`);
  // YAML 1.1 reads the key `on` as true.
  assert.match(long.true.schedule[0].cron, /^\d+ \d+ \* \* [0-6]$/);
  const commands = long.jobs.test.strategy.matrix.command;
  const help = await succeeds(path.join(root, 'scripts/test'), ['--help']);
  const parts = help.split(/^ {2}(?=scripts\/test)/m).filter((part) => part.includes('--all'));
  const forms = parts.map((part) => `scripts/test ${/^scripts\/test (\w+)/.exec(part)[1]} --all`);
  assert.ok(forms.length >= 2);
  for (const form of [...forms, 'scripts/faults all', 'scripts/mutants'])
    assert.ok(commands.includes(form), form);
});

// A tag of another repository can be moved to other code, which would run with the token of this one.
test('actions are pinned to a commit, and the token can only read', async () => {
  for (const file of await files()) {
    const [workflow] = await readYaml(file);
    assert.deepEqual(workflow.permissions, { contents: 'read' }, file);
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    const actions = steps.map(({ uses }) => uses).filter(Boolean);
    assert.ok(actions.length > 0);
    for (const action of actions) assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/, file);
  }
});

// A merge of two users and its undo, killed again and again, on SQLite and on MongoDB. After each kill, both users are as before, or merged.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { Client, Installation, PASSWORD, check, finish, note, tally } from './harness.mjs';

const require = createRequire(new URL('../../../tests/shared-database/package.json', import.meta.url));
const { MongoClient } = require('mongodb');

const KILLS = Number(process.env.FAULTS_KILLS ?? 50);
/** Longer than any command takes, in milliseconds. */
const NEVER = 120_000;

/** Runs the command and kills it after this time. Returns whether it was killed, and how long it took. */
async function killed(home, args, killAfter) {
  const began = performance.now();
  const child = spawn(home.program, args, { cwd: home.folder, env: home.environment, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfter);
  const { code, signal } = await ended;
  clearTimeout(timer);
  return { code, killed: signal === 'SIGKILL', took: performance.now() - began };
}

function shown(home, user) {
  const { code, out } = home.run(['users', 'show', user, '--json']);
  return code === 0 ? JSON.parse(out) : null;
}

/** Reads what the store contains: `separate`, `merged`, or the half that must not exist. */
function state(home, ids) {
  const names = JSON.parse(home.run(['users', 'list', '--json']).out).map(({ username }) => username);
  const [from, into] = [shown(home, ids.grace), shown(home, ids.ada)];
  const former = into.formerIds.join();
  const text = JSON.stringify({ names: names.sort(), from: from?.username, former });
  if (text === JSON.stringify({ names: ['ada', 'grace'], from: 'grace', former: '' })) return 'separate';
  if (text === JSON.stringify({ names: ['ada'], from: 'ada', former: ids.grace })) return 'merged';
  return text;
}

async function run(name, url) {
  const home = new Installation(name, { VESTIBULE_DATABASE_URL: url });
  for (const user of ['ada', 'grace']) home.addUser(user);
  const ids = { ada: shown(home, 'ada').id, grace: shown(home, 'grace').id };
  const merge = ['users', 'merge', ids.grace, ids.ada, '--yes'];
  const undo = ['users', 'merge', 'undo', ids.grace, '--yes'];
  const states = [];
  // The first one runs to its end: how long it takes here.
  const first = await killed(home, merge, NEVER);
  if (first.code !== 0) throw new Error(`${merge.join(' ')}: exit code ${first.code}`);
  let [present, took, kills, done] = ['merged', first.took, 0, 0];
  for (let round = 0; kills < KILLS && round < 4 * KILLS; round += 1) {
    const args = present === 'separate' ? merge : undo;
    // From the start of the process to its end, in steps that move through all of its time, and beyond: the machine may be slower now.
    const result = await killed(home, args, (took * (((round * 7) % 30) + 1)) / 20);
    if (result.killed) kills += 1;
    else took = result.took;
    if (!result.killed && result.code !== 0) throw new Error(`${args.join(' ')}: exit code ${result.code}`);
    const before = present;
    present = state(home, ids);
    if (present !== before) done += 1;
    states.push(present);
    if (present !== 'separate' && present !== 'merged') break;
  }
  note(`${name}: killed ${kills} times, ${done} changes were complete`);
  check(
    `${name}: both users are as before, or merged`,
    states.every((found) => found === 'separate' || found === 'merged'),
    tally(states),
  );
  check(`${name}: there were kills and changes`, kills >= KILLS && done > 2, `${kills} and ${done}`);
  if (present === 'merged') home.run(undo);
  check(`${name}: the last undo restores both users`, state(home, ids) === 'separate', state(home, ids));
  const service = await home.serve();
  const answers = [];
  for (const user of ['ada', 'grace']) {
    answers.push((await new Client(service).signIn(user, PASSWORD)).status);
  }
  await service.stop();
  check(
    `${name}: both users sign in`,
    answers.every((status) => status === 200),
    tally(answers),
  );
  const events = home.run(['events', 'verify']);
  check(`${name}: the audit events are complete`, events.code === 0, events.out.trim().split('\n').at(-1));
}

await run('merge-sqlite', 'sqlite:v.db');
await run('merge-mongodb', process.env.FAULTS_MONGODB.replace(/\/\?/, '/vestibule-merge?'));
const client = new MongoClient(process.env.FAULTS_MONGODB);
await client.db('vestibule-merge').dropDatabase();
await client.close();
finish();

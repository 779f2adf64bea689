// An import that is killed at fifty moments, on both stores: each user is complete or absent, and the next run continues.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { Installation, check, finish, tally } from './harness.mjs';

const require = createRequire(new URL('../../../tests/shared-database/package.json', import.meta.url));
const { MongoClient } = require('mongodb');

const KILLS = 50;
/** More rows than fifty killed runs create. */
const ROWS = 30_000;
/** A bcrypt hash of cost 4. */
const HASH = '$2b$04$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.';
const IMPORT = ['users', 'import', 'users.csv', '--quiet'];

const json = (home, args) => {
  const { code, out } = home.run(args);
  if (code !== 0) throw new Error(`${args.join(' ')}: ${out}`);
  return out;
};

/** Counts users without a password or without exactly one event of their creation, and events without a user. */
function damage(home) {
  const users = JSON.parse(json(home, ['users', 'list', '--json']));
  const events = new Map();
  const lines = json(home, ['events', '--json', '--type', 'userCreated', '--limit', String(ROWS * 2)]);
  for (const line of lines.split('\n').filter(Boolean)) {
    const { userId } = JSON.parse(line);
    events.set(userId, (events.get(userId) ?? 0) + 1);
  }
  const ids = new Set(users.map((user) => user.id));
  return {
    users: users.length,
    incomplete: users.filter((user) => !user.hasPassword || !user.emailVerified).length,
    unrecorded: users.filter((user) => events.get(user.id) !== 1).length,
    orphaned: [...events.keys()].filter((id) => !ids.has(id)).length,
  };
}

/** Runs the import and kills it after some milliseconds; returns whether it was still running. */
function killed(home, delay) {
  const child = spawn(home.program, IMPORT, { cwd: home.folder, env: home.environment, stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), delay);
  return new Promise((resolve) =>
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    }),
  );
}

async function run(store, url) {
  const home = new Installation(`import-${store}`, { VESTIBULE_DATABASE_URL: url });
  const row = (n) => `user${n},user${n}@corp.example,true,${HASH}\n`;
  const rows = Array.from({ length: ROWS }, (_, n) => row(n)).join('');
  writeFileSync(`${home.folder}/users.csv`, `username,email,emailVerified,password\n${rows}`);
  // Before the kills: what a killed first start leaves is another question.
  home.addUser('owner');
  const [kills, found] = [[], []];
  for (let round = 0; round < KILLS; round++) {
    kills.push(await killed(home, 700 + ((round * 97) % 1100)));
    found.push(damage(home));
  }
  const sum = (member) => found.reduce((total, damage) => total + damage[member], 0);
  check(`${store}: the kills met a running import`, kills.filter(Boolean).length >= KILLS / 2, tally(kills));
  const measured = `${sum('incomplete')} incomplete, ${found.at(-1).users} users after the last kill`;
  check(
    `${store}: each user is complete or absent`,
    sum('incomplete') === 0 && found.at(-1).users > 1,
    measured,
  );
  const events = `${sum('unrecorded')} users without, ${sum('orphaned')} events without a user`;
  check(`${store}: each user has one audit event`, sum('unrecorded') + sum('orphaned') === 0, events);
  const verified = home.run(['events', 'verify']);
  check(`${store}: the chains of audit events are complete`, verified.code === 0, `exit ${verified.code}`);
  const rest = home.run(IMPORT);
  check(
    `${store}: the next run continues`,
    rest.code === 0 && / 0 updated, /.test(rest.out),
    rest.out.trim(),
  );
  const again = home.run(IMPORT);
  check(
    `${store}: the run after it changes nothing`,
    again.out.includes(` ${ROWS} unchanged, 0 refused`),
    again.out.trim(),
  );
}

await run('sqlite', 'sqlite:v.db');
const database = 'vestibule-faults-import';
await run('mongodb', process.env.FAULTS_MONGODB.replace(/\/\?/, `/${database}?`));
const client = new MongoClient(process.env.FAULTS_MONGODB);
await client.db(database).dropDatabase();
await client.close();

finish();

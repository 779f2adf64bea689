// Imports that are killed at fifty moments, on both stores: each user is complete or absent, and the next run continues.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { Installation, check, finish } from './harness.mjs';

const require = createRequire(new URL('../../../tests/shared-database/package.json', import.meta.url));
const { MongoClient } = require('mongodb');

const KILLS = Number(process.env.FAULTS_KILLS ?? 50);
/** Twelve batches. After the last one the next import begins, into a new store. */
const ROWS = 6_000;
/** A bcrypt hash of cost 4. */
const HASH = '$2b$04$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.';
const IMPORT = ['users', 'import', 'users.csv'];

const json = (home, args) => {
  const { code, out } = home.run(args);
  if (code !== 0) throw new Error(`${args.join(' ')}: ${out}`);
  return out;
};

/** Counts users without a password or without exactly one event of their creation, and events without a user. */
function damage(home) {
  const all = JSON.parse(json(home, ['users', 'list', '--json']));
  const users = all.filter(({ username }) => username !== 'owner');
  const events = new Map();
  const lines = json(home, ['events', '--json', '--type', 'userCreated', '--limit', String(ROWS * 2)]);
  for (const line of lines.split('\n').filter(Boolean)) {
    const { userId } = JSON.parse(line);
    events.set(userId, (events.get(userId) ?? 0) + 1);
  }
  const ids = new Set(all.map((user) => user.id));
  return {
    users: users.length,
    incomplete: users.filter((user) => !user.hasPassword || !user.emailVerified).length,
    unrecorded: users.filter((user) => events.get(user.id) !== 1).length,
    orphaned: [...events.keys()].filter((id) => !ids.has(id)).length,
  };
}

/**
 * Runs the import and kills it: some milliseconds after the first user was reported, or, each fourth time, before that. Returns whether it was
 * still running.
 */
function killed(home, number) {
  const child = spawn(home.program, IMPORT, { cwd: home.folder, env: home.environment, stdio: 'pipe' });
  const kill = () => child.kill('SIGKILL');
  let timer;
  if (number % 4 === 0) timer = setTimeout(kill, 50 + ((number * 97) % 900));
  let out = '';
  child.stderr.resume();
  child.stdout.on('data', (data) => {
    out = out.slice(-20) + data;
    if (out.includes('created ')) timer ??= setTimeout(kill, (number * 37) % 300);
  });
  return new Promise((resolve) =>
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    }),
  );
}

/** Creates an installation with a user and the file. */
function installation(name, url) {
  const home = new Installation(name, { VESTIBULE_DATABASE_URL: url });
  const row = (n) => `user${n},user${n}@corp.example,true,${HASH}\n`;
  const rows = Array.from({ length: ROWS }, (_, n) => row(n)).join('');
  writeFileSync(`${home.folder}/users.csv`, `username,email,emailVerified,password\n${rows}`);
  // Before the kills: what a killed first start leaves is another question.
  home.addUser('owner');
  return home;
}

async function run(store, url) {
  const found = [];
  const ended = { code: 0, imports: 0 };
  let home;
  for (let kills = 0; kills < KILLS;) {
    home ??= installation(`import-${store}-${ended.imports}`, url(ended.imports));
    if (await killed(home, kills)) {
      kills += 1;
      found.push(damage(home));
    } else {
      ended.code ||= home.run(['events', 'verify']).code;
      ended.imports += 1;
      home = undefined;
    }
  }
  home ??= installation(`import-${store}-${ended.imports}`, url(ended.imports));
  const sum = (member) => found.reduce((total, damage) => total + damage[member], 0);
  const between = found.filter(({ users }) => users > 0 && users < ROWS).length;
  check(
    `${store}: the kills met a running import`,
    between >= KILLS / 4,
    `${KILLS} kills, ${between} of them with a part of the users created; ${ended.imports} imports came to an end`,
  );
  check(
    `${store}: each user is complete or absent`,
    sum('incomplete') === 0 && sum('users') > 0,
    `${sum('incomplete')} incomplete`,
  );
  const events = `${sum('unrecorded')} users without, ${sum('orphaned')} events without a user`;
  check(`${store}: each user has one audit event`, sum('unrecorded') + sum('orphaned') === 0, events);
  const verified = ended.code || home.run(['events', 'verify']).code;
  check(`${store}: the chains of audit events are complete`, verified === 0, `exit ${verified}`);
  const last = (home) => home.out.trim().split('\n').at(-1);
  const rest = home.run(IMPORT);
  check(`${store}: the next run continues`, rest.code === 0 && / 0 updated, /.test(rest.out), last(rest));
  const again = home.run(IMPORT);
  check(
    `${store}: the run after it changes nothing`,
    again.out.includes(` ${ROWS} unchanged, 0 refused`),
    last(again),
  );
  return ended.imports;
}

await run('sqlite', () => 'sqlite:v.db');
const database = (number) => `vestibule-faults-import-${number}`;
const databases = await run('mongodb', (number) =>
  process.env.FAULTS_MONGODB.replace(/\/\?/, `/${database(number)}?`),
);
const client = new MongoClient(process.env.FAULTS_MONGODB);
for (let number = 0; number <= databases; number++) await client.db(database(number)).dropDatabase();
await client.close();

finish();

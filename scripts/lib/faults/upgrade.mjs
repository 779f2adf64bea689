// Upgrade and rollback between two releases: on MongoDB with a replica of each running, on SQLite one after the other.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { Client, Installation, PASSWORD, check, finish, note, signedIn, sqlite } from './harness.mjs';

const require = createRequire(new URL('../../../tests/shared-database/package.json', import.meta.url));
const { MongoClient } = require('mongodb');

const OLD = process.env.FAULTS_PREVIOUS_BIN;
const NEW = process.env.VESTIBULE_BIN;
const NEXT_PASSWORD = 'battery horse correct';

const statuses = async (...clients) =>
  (await Promise.all(clients.map((client) => client.me()))).map(({ status }) => status);
const are = (found, wanted) => found.every((status) => status === wanted);

/** Asks until the answer has this status, for at most a second. */
async function within(client, wanted) {
  const until = Date.now() + 1000;
  let status;
  do status = (await client.me()).status;
  while (status !== wanted && Date.now() < until);
  return status;
}

/** What a user does at the replica of one release, and sees at the other one. */
async function across(name, from, to) {
  const ada = await signedIn(from, 'ada');
  const leaving = await signedIn(from, 'ada');
  const there = await statuses(ada.at(to), leaving.at(to));
  check(`${name}: a session of one release is valid in the other one`, are(there, 200), there);
  const out = await leaving.at(from).post('/api/auth/logout', {});
  const ended = await within(leaving.at(to), 401);
  check(
    `${name}: a logout in one release ends the session in the other one`,
    ended === 401,
    `${out.status}, ${ended}`,
  );
  const other = await signedIn(to, 'ada');
  const changed = await other
    .at(from)
    .post('/api/account/password', { currentPassword: PASSWORD, newPassword: NEXT_PASSWORD });
  const old = await new Client(to).signIn('ada', PASSWORD);
  const next = await new Client(to).signIn('ada', NEXT_PASSWORD);
  check(
    `${name}: a changed password is valid in both releases`,
    changed.status < 300 && old.status !== 200 && next.status === 200,
    `${changed.status} ${changed.code ?? ''}, ${old.status}, ${next.status}`,
  );
  const others = await within(ada.at(to), 401);
  check(`${name}: it ends the other sessions in both releases`, others === 401, others);
  const back = await other
    .at(to)
    .post('/api/account/password', { currentPassword: NEXT_PASSWORD, newPassword: PASSWORD });
  check(
    `${name}: the session that changed it continues`,
    back.status < 300,
    `${back.status} ${back.code ?? ''}`,
  );
  return other;
}

/** An earlier release does not know new members of events, and reports such an event as altered. So the newest one verifies. */
function verify(home, name) {
  const { code, out } = home.using(NEW).run(['events', 'verify']);
  check(`${name}: the events of both releases are complete`, code === 0, out.trim().replaceAll('\n', ', '));
  const { out: earlier } = home.using(OLD).run(['events', 'verify']);
  note(`${name}: for the earlier release: ${earlier.trim().split('\n').at(-1)}`);
}

async function replicaOfEach(url) {
  const home = new Installation('mongodb', { VESTIBULE_DATABASE_URL: url });
  const [before, after] = [home.using(OLD), home.using(NEW)];
  before.addUser('ada');
  const first = await before.serve();
  const kept = await signedIn(first, 'ada');
  let second = await before.serve();
  await second.stop();
  second = await after.serve();
  note(`mongodb: the present release runs beside the earlier one: ${second.address}`);
  // The password is not changed before this, so the session of the earlier release stays valid.
  const there = await statuses(kept.at(second), kept.at(first));
  check('mongodb: no session ends with the upgrade', are(there, 200), there);
  await across('mongodb, earlier to present', first, second);
  let last = await across('mongodb, present to earlier', second, first);
  await first.stop();
  const remaining = await statuses(last.at(second));
  check('mongodb: no session ends when the earlier replica stops', are(remaining, 200), remaining);
  last = await signedIn(second, 'ada');
  const rolledBack = await before.serve();
  await second.stop();
  const after2 = await statuses(last.at(rolledBack));
  check('mongodb: no session ends with the rollback', are(after2, 200), after2);
  const again = await signedIn(rolledBack, 'ada');
  await rolledBack.stop();
  const upgraded = await after.serve();
  const after3 = await statuses(last.at(upgraded), again.at(upgraded));
  check('mongodb: no session ends with the second upgrade', are(after3, 200), after3);
  await upgraded.stop();
  verify(home, 'mongodb');
  return home;
}

async function oneAfterTheOther() {
  const home = new Installation('sqlite', { VESTIBULE_DATABASE_URL: 'sqlite:v.db' });
  home.using(OLD).addUser('ada');
  const sessions = [];
  for (const [step, program] of [
    ['earlier release', OLD],
    ['upgrade', NEW],
    ['rollback', OLD],
    ['second upgrade', NEW],
  ]) {
    const service = await home.using(program).serve();
    const found = await statuses(...sessions.map((session) => session.at(service)));
    check(`sqlite, ${step}: all sessions are valid`, are(found, 200), `${found.length} sessions`);
    sessions.push(await signedIn(service, 'ada'));
    const leaving = await signedIn(service, 'ada');
    await leaving.post('/api/auth/logout', {});
    await service.stop();
    check(`sqlite, ${step}: no error in the log`, !home.readLog().includes('"level":"ERROR"'), 'none');
  }
  verify(home, 'sqlite');
  return home;
}

/** The earlier program refuses a store with the schema version of a later one. Returns its answer. */
async function refused(name, home, content, setSchema) {
  const before = await content();
  await setSchema(99);
  const raised = await content();
  const answers = ['serve', 'users list'].map((command) => home.using(OLD).run(command.split(' ')));
  const texts = answers.map(({ out }) => out.trim());
  check(
    `${name}: the earlier release refuses the store of a newer one and says why`,
    answers.every(({ code, out }) => code === 4 && out.includes('a newer version wrote it')),
    `exit ${answers.map(({ code }) => code)}: ${texts[1]}`,
  );
  check(`${name}: it changes nothing`, (await content()) === raised && raised !== before, 'same content');
}

const version = (program) => execFileSync(program, ['--version']).toString().trim();
note(`earlier: ${version(OLD)}, ${process.env.FAULTS_PREVIOUS}; present: ${version(NEW)}`);

const file = await oneAfterTheOther();
await refused(
  'sqlite',
  file,
  () =>
    createHash('sha256')
      .update(readFileSync(`${file.folder}/v.db`))
      .digest('hex'),
  (schema) =>
    sqlite(
      `${file.folder}/v.db`,
      `db.execute("PRAGMA user_version = ${schema}")\ndb.commit()\ndb.execute("PRAGMA wal_checkpoint(TRUNCATE)")`,
    ),
);

const client = new MongoClient(process.env.FAULTS_MONGODB);
const database = client.db('vestibule-upgrade');
const home = await replicaOfEach(process.env.FAULTS_MONGODB.replace(/\/\?/, '/vestibule-upgrade?'));
await refused(
  'mongodb',
  home,
  async () => {
    const collections = await database.listCollections().toArray();
    const names = collections.map(({ name }) => name).sort();
    const all = names.map(async (name) => [
      name,
      await database.collection(name).find().sort({ _id: 1 }).toArray(),
    ]);
    return JSON.stringify(await Promise.all(all));
  },
  (schema) => database.collection('vestibule').updateOne({}, { $set: { schema } }),
);
await database.dropDatabase();
await client.close();

finish();

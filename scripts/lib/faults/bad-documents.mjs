// Documents that cannot be read, on both stores: each affects only itself.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Client, Installation, check, finish, signedIn, sqlite, tally } from './harness.mjs';

const require = createRequire(new URL('../../../tests/shared-database/package.json', import.meta.url));
const { BSONRegExp, Decimal128, MongoClient } = require('mongodb');

const HUGE = 15 << 20;
/** Each fault of the document of a user: for MongoDB an update, for SQLite an expression for the body. */
const FAULTS = {
  'wrong type': [{ $set: { roles: 7 } }, "json_set(body, '$.roles', 7)"],
  'missing member': [{ $unset: { status: 1 } }, "json_remove(body, '$.status')"],
  'no hash': [
    { $set: { password: { hash: null } } },
    "json_set(body, '$.password', json('{\"hash\":null}'))",
  ],
  'unknown status': [{ $set: { status: 'retired' } }, "json_set(body, '$.status', 'retired')"],
  decimal: [
    { $set: { sessionEpoch: Decimal128.fromString('1.5') } },
    "json_set(body, '$.sessionEpoch', 1.5)",
  ],
  'regular expression': [{ $set: { username: new BSONRegExp('a') } }, '\'{"username"\''],
  'date as text': [{ $set: { createdAt: 'yesterday' } }, "json_set(body, '$.createdAt', 'yesterday')"],
  '15 MiB': [
    { $set: { displayName: 'x'.repeat(HUGE) } },
    `json_set(body, '$.displayName', hex(zeroblob(${HUGE / 2})))`,
  ],
  'invalid UTF-8': [{ $set: { locale: Buffer.from([255]) } }, "CAST(x'ff' AS TEXT)"],
};

async function run(store, url, edit) {
  const home = new Installation(store, { VESTIBULE_DATABASE_URL: url });
  const names = Object.keys(FAULTS).map((_, index) => `mallory${index}`);
  for (const name of ['ada', ...names]) home.addUser(name);
  let service = await home.serve();
  for (const name of names) await signedIn(service, name);
  const ada = await signedIn(service, 'ada');
  const other = await signedIn(service, 'ada');
  await service.stop();
  for (const [index, [, fault]] of Object.entries(FAULTS).entries()) await edit('users', names[index], fault);
  // The newest session, which is one of the two of ada, one audit event, and the counter of the network.
  await edit('sessions', null, [{ $set: { state: 'root' } }, "json_set(body, '$.state', 'root')"]);
  await edit('events', null, [{ $set: { at: 7 } }, "json_set(body, '$.at', 7)"]);
  await edit('counters', null, [{ $set: { failures: 'many' } }, "json_set(body, '$.failures', 'many')"]);

  service = await home.serve();
  check(`${store}: the service starts`, true, service.address);
  const refused = [];
  for (const name of names) {
    const { status, code } = await new Client(service).signIn(name);
    refused.push(`${status} ${code}`);
  }
  check(
    `${store}: the login of such a user fails cleanly`,
    refused.every((answer) => answer === '500 internal'),
    tally(refused),
  );
  const logins = [];
  for (let i = 0; i < 10; i++) logins.push((await new Client(service).signIn('ada')).status);
  check(
    `${store}: other users sign in`,
    logins.every((status) => status === 200),
    tally(logins),
  );
  const sessions = [(await ada.at(service).me()).status, (await other.at(service).me()).status].sort();
  check(`${store}: the other session stays valid`, sessions.join() === '200,500', sessions.join(', '));
  const list = home.run(['users', 'list']);
  const listed = list.out.includes('ada') && (list.out.match(/cannot be read/g) ?? []).length >= names.length;
  check(
    `${store}: the list skips and reports them`,
    list.code === 1 && listed,
    `exit ${list.code}, ${list.out.length} bytes`,
  );
  const shown = home.run(['users', 'show', 'ada']);
  check(`${store}: users show works`, shown.code === 0, `exit ${shown.code}`);
  const ended = home.run(['users', 'disable', 'ada']);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const after = await ada.me();
  check(
    `${store}: ending all sessions of a user works`,
    ended.code === 0 && after.status !== 200,
    `exit ${ended.code}, ${after.status}`,
  );
  const status = readFileSync(`/proc/${service.pid}/status`, 'utf8');
  const memory = Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024;
  check(`${store}: memory is bounded`, memory < 400, `${memory.toFixed(0)} MiB resident (debug build)`);
  const log = home.readLog();
  check(`${store}: no panic`, service.isRunning() && !log.includes('panicked'), 'none in the log');
  check(`${store}: the log stays small`, log.length < 200_000, `${log.length} bytes`);
  await service.stop();
}

const file = () => `${process.env.FAULTS_FOLDER}/sqlite/v.db`;
await run('sqlite', 'sqlite:v.db', async (collection, name, [, body]) => {
  const where = name ? `instr(body, '"${name}"')` : `rowid = (SELECT max(rowid) FROM ${collection})`;
  const changed = sqlite(
    file(),
    `print(db.execute("""UPDATE ${collection} SET body = ${body} WHERE ${where}""").rowcount)`,
  );
  if (changed !== '1') throw new Error(`${collection} ${name}: ${changed} rows changed`);
});

const client = new MongoClient(process.env.FAULTS_MONGODB);
const database = 'vestibule-faults';
await run(
  'mongodb',
  process.env.FAULTS_MONGODB.replace(/\/\?/, `/${database}?`),
  async (collection, name, [update]) => {
    const documents = client.db(database).collection(collection);
    const found = name ? { username: name } : {};
    const [document] = await documents.find(found).sort({ createdAt: -1, _id: -1 }).limit(1).toArray();
    await documents.updateOne({ _id: document._id }, update);
  },
);
await client.db(database).dropDatabase();
await client.close();

finish();

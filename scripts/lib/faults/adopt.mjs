// An adoption, an undo and a finish that are killed at a random moment, again and again. After each kill, one state or the other holds.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { Client, Installation, check, finish, note, tally } from './harness.mjs';

const require = createRequire(new URL('../../../tests/shared-database/package.json', import.meta.url));
const { MongoClient } = require('mongodb');
const bcrypt = require('bcryptjs');

const KILLS = Number(process.env.FAULTS_KILLS ?? 50);
const USERS = 2000;
const PASSWORD = 'password123';
const client = new MongoClient(process.env.FAULTS_MONGODB);

/** Names, indexes and documents of a database, without what an interrupted adoption has written beside the users. */
async function content(database) {
  const names = (await database.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  const all = {};
  for (const name of names.toSorted().filter((name) => name !== 'users_adopting')) {
    const documents = await database.collection(name).find().sort({ _id: 1 }).toArray();
    all[name] = { indexes: await database.collection(name).indexes(), documents };
  }
  return JSON.stringify(all);
}

/** Fills a database as the server of a team does. */
async function fill(database) {
  const passwordHash = await bcrypt.hash(PASSWORD, 4);
  const users = Array.from({ length: USERS }, (_, number) => ({
    username: `user${number}`,
    passwordHash,
    mfaSecret: '',
    mfaEnabled: false,
    authProvider: 'local',
    __v: 0,
  }));
  await database.collection('users').insertMany(users);
  await database.collection('sessions').insertMany([{ _id: 'sid', session: '{}' }]);
  await database.collection('sessions').createIndex({ expires: 1 }, { expireAfterSeconds: 0 });
}

/** Starts a command and kills it after this time. Returns its exit code; `null` if it was killed. */
async function killed(home, args, after) {
  const child = spawn(home.program, args, { cwd: home.folder, env: home.environment, stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), after);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  return code;
}

async function signsIn(home) {
  const service = await home.serve();
  const { status } = await new Client(service).signIn('user7', PASSWORD);
  await service.stop();
  return status;
}

const [half, lost, states] = [[], [], []];
for (let round = 0; round < KILLS; round += 1) {
  const name = `adopt-${round}`;
  const database = client.db(name);
  await fill(database);
  const before = await content(database);
  const home = new Installation(name, {
    VESTIBULE_DATABASE_URL: process.env.FAULTS_MONGODB.replace(/\/\?/, `/${name}?`),
  });
  const code = await killed(home, ['adopt', '--yes'], randomInt(20, 2500));
  const adopted = home.run(['users', 'list', '--json']);
  const isUntouched = (await content(database)) === before;
  const count = adopted.code === 0 ? JSON.parse(adopted.out).length : 0;
  // Adopted with all users, or closed for every program, or as before.
  if (adopted.code === 0 ? count !== USERS : adopted.code !== 4) half.push(adopted.code);
  states.push(adopted.code === 0 ? 'adopted' : isUntouched ? 'as before' : 'closed');
  if (round % 3 === 0 && !isUntouched) {
    await killed(home, ['adopt', '--undo', '--yes'], randomInt(50, 9000));
    const undone = home.run(['adopt', '--undo', '--yes']);
    if ((await content(database)) !== before) lost.push(`undo ${undone.code}: ${undone.out}`);
  } else {
    const continued = home.run(['adopt', '--yes']);
    const status = await signsIn(home);
    if (status !== 200) lost.push(`adopt ${continued.code} after ${code}: ${continued.out}, login ${status}`);
    await killed(home, ['adopt', '--finish', '--yes'], randomInt(20, 400));
    home.run(['adopt', '--finish', '--yes']);
    const rest = (await database.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    if (rest.some((name) => name.includes('adopt'))) lost.push(`finish leaves ${rest}`);
  }
  await database.dropDatabase();
}
note(`after ${KILLS} kills: ${tally(states)}`);
check('no program opens a part of the users', half.length === 0, tally(half) || 'none');
check(
  'each adoption is continued or given back',
  lost.length === 0,
  lost.slice(0, 3).join('; ') || 'none lost',
);
await client.close();
finish();

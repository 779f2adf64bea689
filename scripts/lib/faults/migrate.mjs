// A migration that is killed again and again, beside a service that users sign in at. In both directions.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Installation, PASSWORD, check, finish, note, tally } from './harness.mjs';

const require = createRequire(new URL('../../../tests/shared-database/package.json', import.meta.url));
const { MongoClient } = require('mongodb');

const KILLS = Number(process.env.FAULTS_KILLS ?? 12);
const USERS = 1500;
const SIGNING_IN = 40;
const WORKERS = 4;

/** Signs in, signs out and reads, until it is stopped. Keeps what the service has confirmed. */
class Load {
  answers = [];
  signedIn = [];
  signedOut = [];
  #running = true;

  constructor(service, users) {
    this.workers = Array.from({ length: WORKERS }, (_, worker) => this.#work(service, users, worker));
  }

  async #work(service, users, worker) {
    for (let round = 0; this.#running; round += 1) {
      const client = new Client(service);
      try {
        const { status } = await client.signIn(users[(round * WORKERS + worker) % users.length]);
        this.answers.push(status);
        if (status !== 200) {
          await sleep(50);
          continue;
        }
        if (round % 4 !== 3) {
          this.signedIn.push(client);
          continue;
        }
        const out = await client.post('/api/auth/logout', {});
        this.answers.push(out.status);
        if (out.status === 200) this.signedOut.push(client);
      } catch (error) {
        this.answers.push(error.name);
      }
    }
  }

  async stop() {
    this.#running = false;
    await Promise.all(this.workers);
  }
}

/** Asks with the cookies of each client, and returns the answers. */
async function ask(clients, service) {
  const answers = [];
  for (const client of clients) answers.push((await client.at(service).me()).status);
  return answers;
}

/** Starts the command and kills it after this time. Returns its state at the end. */
async function migrate(home, to, killAfter) {
  const child = spawn(home.program, ['migrate', '--to', to], { cwd: home.folder, env: home.environment });
  let out = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (out += data));
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  const result = await ended;
  clearTimeout(timer);
  return { ...result, out };
}

async function run(name, from, to) {
  const home = new Installation(name, { VESTIBULE_DATABASE_URL: from });
  const moved = Object.assign(home.using(home.program), {
    environment: { ...home.environment, VESTIBULE_DATABASE_URL: to },
  });
  // Each user may have a limited number of sessions, so the load needs many users.
  const names = Array.from({ length: SIGNING_IN }, (_, number) => `ada${number}`);
  const rows = Array.from({ length: USERS }, (_, number) => `user${number},`);
  const table = ['username,password', ...names.map((user) => `${user},${PASSWORD}`), ...rows].join('\n');
  const imported = home.run(['users', 'import', '--no-passwords', '-'], table);
  if (imported.code !== 0) throw new Error(imported.out);
  const service = await home.serve();
  const load = new Load(service, names);
  const early = [];
  let result;
  let [kills, sealed] = [0, 0];
  // A process that continues after a kill waits for five seconds first. The kills reach every step, with the pause.
  for (let round = 0; round < KILLS; round += 1) {
    result = await migrate(home, to, (round === 0 ? 0 : 5000) + randomInt(50, 9000));
    if (result.code === 0) break;
    kills += 1;
    if (home.run(['users', 'list']).code === 4) sealed += 1;
    early.push(moved.run(['users', 'list']).code);
  }
  note(`${name}: killed ${kills} times, ${sealed} of them during the pause`);
  check(
    `${name}: no program starts on a part of the data`,
    early.every((code) => code === 4),
    tally(early),
  );
  if (result.code !== 0) result = await migrate(home, to);
  check(
    `${name}: the migration is continued to its end`,
    result.code === 0,
    result.out.trim().split('\n').at(-3),
  );
  await load.stop();
  note(`${name}: ${tally(load.answers)}`);
  check(`${name}: there were logins at the same time`, load.signedIn.length > 20, load.signedIn.length);
  const refused = (await load.signedIn[0].at(service).me()).status;
  check(`${name}: the old service refuses`, refused === 503, refused);
  await service.stop();

  const target = await moved.serve();
  const valid = await ask(load.signedIn, target);
  check(
    `${name}: no session is lost`,
    valid.every((status) => status === 200),
    tally(valid),
  );
  const ended = await ask(load.signedOut, target);
  check(
    `${name}: no session that has ended is valid again`,
    ended.every((status) => status === 401),
    tally(ended),
  );
  const users = JSON.parse(moved.run(['users', 'list', '--json']).out).length;
  check(`${name}: no user is lost`, users === USERS + SIGNING_IN, users);
  const events = moved.run(['events', 'verify']);
  check(`${name}: the audit events are complete`, events.code === 0, events.out.trim().split('\n').at(-1));
  const doctor = JSON.parse(moved.run(['doctor', '--json']).out);
  const findings = (doctor.findings ?? doctor).filter(({ code }) => code.startsWith('database_'));
  check(`${name}: the target has every index`, findings.length === 0, JSON.stringify(findings));
  const again = (await new Client(target).signIn('ada0', PASSWORD)).status;
  check(`${name}: users sign in`, again === 200, again);
  await target.stop();
  return home;
}

const mongodb = (name) => process.env.FAULTS_MONGODB.replace(/\/\?/, `/${name}?`);
await run('sqlite-to-mongodb', 'sqlite:v.db', mongodb('vestibule-moved'));
await run('mongodb-to-sqlite', mongodb('vestibule-source'), 'sqlite:moved.db');
const client = new MongoClient(process.env.FAULTS_MONGODB);
for (const name of ['vestibule-moved', 'vestibule-source']) await client.db(name).dropDatabase();
await client.close();
finish();

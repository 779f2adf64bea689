// A full disk below the SQLite file, then below the log file.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { Client, Installation, check, finish, folder, note, signedIn, sqlite, tally } from './harness.mjs';

const isTmpfs = process.env.FAULTS_DISK === 'tmpfs';
const disk = isTmpfs ? `${folder}/disk` : `${folder}/limited`;
note(isTmpfs ? 'the disk is a tmpfs of 8 MiB' : 'no tmpfs: files of the service cannot grow (RLIMIT_FSIZE)');

/** Uses up all space of the disk, or forbids the files of the process to grow. */
function fill(service, ...files) {
  if (!isTmpfs) {
    const size = Math.max(...files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0), 1);
    execFileSync('prlimit', ['--pid', service.pid, `--fsize=${size}:unlimited`]);
    return;
  }
  const file = openSync(`${disk}/fill`, 'w');
  for (let size = 1 << 20; size >= 1; size >>= 4) {
    try {
      while (writeSync(file, Buffer.alloc(size)) === size);
    } catch (error) {
      if (error.code !== 'ENOSPC') throw error;
    }
  }
  closeSync(file);
}

function free(service) {
  if (isTmpfs) rmSync(`${disk}/fill`);
  else execFileSync('prlimit', ['--pid', service.pid, '--fsize=unlimited']);
}

const name = isTmpfs ? 'disk' : 'limited';
const home = new Installation(name, { VESTIBULE_DATABASE_URL: 'sqlite:v.db' });
home.log = `${folder}/disk-full.log`;
for (const user of ['ada', 'grace']) home.addUser(user);
const service = await home.serve();
const ada = await signedIn(service, 'ada');
const before = [ada];
for (let i = 0; i < 5; i++) before.push(await signedIn(service, 'grace'));

fill(service, `${disk}/v.db`, `${disk}/v.db-wal`);
const logins = [];
const acknowledged = [];
for (let i = 0; i < 40; i++) {
  const client = new Client(service);
  const answer = await client.signIn('grace');
  logins.push(answer.status === 503 ? `503 ${answer.code}` : String(answer.status));
  if (answer.status === 200) acknowledged.push(client);
}
check('writes fail with 503', logins.includes('503 store_unavailable'), tally(logins));
check(
  'no login fails otherwise',
  logins.every((login) => /^(200|503 store_unavailable)$/.test(login)),
  tally(logins),
);
const reads = [];
for (let i = 0; i < 20; i++) reads.push((await before[i % before.length].me()).status);
check(
  'reads work',
  reads.every((status) => status === 200),
  tally(reads),
);
check('the process runs', service.isRunning() && (await ada.get('/healthz')).status === 200, 'healthz 200');

free(service);
const after = [];
for (let i = 0; i < 10; i++) {
  const client = new Client(service);
  after.push((await client.signIn('ada')).status);
  acknowledged.push(client);
}
check(
  'logins work when space returns',
  after.every((status) => status === 200),
  tally(after),
);
const kept = [];
for (const client of [...before, ...acknowledged]) kept.push((await client.me()).status);
check(
  'no acknowledged session is lost',
  kept.every((status) => status === 200),
  tally(kept),
);
await service.stop();
const verdict = sqlite(`${disk}/v.db`, 'print(db.execute("PRAGMA integrity_check").fetchone()[0])');
check('nothing is corrupt', verdict === 'ok', `integrity_check ${verdict}`);

const second = new Installation('log-full', { VESTIBULE_DATABASE_URL: 'sqlite:v.db' });
// A limit for files would also stop the database. Every write to /dev/full fails as on a full disk.
second.log = isTmpfs ? `${disk}/log` : '/dev/full';
second.addUser('ada');
const logging = await second.serve();
await signedIn(logging, 'ada');
if (isTmpfs) fill(logging);
const size = statSync(second.log).size;
const silent = [];
for (let i = 0; i < 30; i++) silent.push((await new Client(logging).signIn('ada')).status);
check(
  'a full log stops no login',
  silent.every((status) => status === 200),
  tally(silent),
);
const full = statSync(second.log).size;
check('the log is full', full <= size + 4096, `${size} bytes before, ${full} after`);
if (isTmpfs) {
  free(logging);
  for (let i = 0; i < 5; i++) await signedIn(logging, 'ada');
  await logging.stop();
  const later = statSync(second.log).size;
  check('the log continues when space returns', later > full, `${later} bytes`);
  check('no panic in this log', !second.readLog().includes('panicked'), 'none');
} else {
  check('the process runs', logging.isRunning(), 'it runs');
  note('not measured without a tmpfs: that the log continues when space returns');
  await logging.stop();
}
check('no panic', !home.readLog().includes('panicked'), 'none in the log');
finish();

// A running Vestibule: the real binary on a port of its own, with a store of its own.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The vestibule under test. */
export const binary =
  process.env.VESTIBULE_BIN ?? path.resolve(import.meta.dirname, '../../../target/debug/vestibule');
const START_WITHIN = 90_000;

/** A port that is free now. */
export async function freePort() {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** A place where people and sessions are kept: a folder with an embedded file in it, or a database on the replica set. */
export async function makeStore(kind = 'sqlite') {
  const folder = await mkdtemp(path.join(tmpdir(), 'vestibule-browser-'));
  const settings = {};
  if (kind === 'mongodb') {
    const url = process.env.VESTIBULE_TEST_MONGODB;
    if (!url)
      throw new Error(
        'VESTIBULE_TEST_MONGODB names no replica set: run these tests with scripts/test browser',
      );
    const database = `browser-${randomBytes(6).toString('hex')}`;
    settings.VESTIBULE_DATABASE_URL = url.replace(/\/(\?|$)/, `/${database}$1`);
    settings.VESTIBULE_SECRET_KEYS = `test:${randomBytes(32).toString('base64')}`;
  } else {
    settings.VESTIBULE_DATABASE_URL = `sqlite:${path.join(folder, 'vestibule.db')}`;
  }
  return { folder, settings, remove: () => rm(folder, { recursive: true, force: true }) };
}

// Settings of whoever runs the tests stay outside; the working folder is the store's, where no .env lies.
function environment(settings) {
  const outside = Object.entries(process.env).filter(([name]) => !name.startsWith('VESTIBULE_'));
  return { ...Object.fromEntries(outside), ...settings };
}

function run(store, settings, args, input) {
  return new Promise((done, fail) => {
    const child = spawn(binary, args, {
      cwd: store.folder,
      env: environment({ ...store.settings, ...settings }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => (stdout += data));
    child.stderr.on('data', (data) => (stderr += data));
    child.on('error', () => fail(new Error(`${binary} cannot be started: build it with cargo build`)));
    child.on('close', (code) => {
      if (code === 0) done(stdout);
      else fail(new Error(`vestibule ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`));
    });
    child.stdin.end(input);
  });
}

const quoted = (value) => `"${String(value).replaceAll('"', '""')}"`;

/** People as `vestibule users import` takes them. */
function asCsv(people) {
  const columns = [...new Set(people.flatMap((person) => Object.keys(person)))];
  const rows = people.map((person) => columns.map((column) => quoted(person[column] ?? '')).join(','));
  return [columns.join(','), ...rows, ''].join('\n');
}

/** Starts one; a second one on the same store is a second replica. */
export async function startService({ store, settings = {} }) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const all = { VESTIBULE_LISTEN: `127.0.0.1:${port}`, VESTIBULE_PUBLIC_URL: url, ...settings };
  const child = spawn(binary, ['serve'], {
    cwd: store.folder,
    env: environment({ ...store.settings, ...all }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ended = new Promise((done) => child.on('close', done));

  await new Promise((done, fail) => {
    const give = (why) => fail(new Error(`the service ${why}\n${said}`));
    const late = setTimeout(give, START_WITHIN, 'did not start in time');
    const listen = (data) => {
      said += data;
      if (/^listening on /m.test(said)) {
        clearTimeout(late);
        done();
      }
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', () => give(`cannot be started from ${binary}: build it with cargo build`));
    child.on('close', (code) => give(`ended with ${code} before it listened`));
  });

  return {
    url,
    /** What it has printed so far. */
    log: () => said,
    /** Runs a command of the same binary on the same store, as an administrator beside the running service would. */
    command: (args, input) => run(store, all, args, input),
    /** Seeds people; members are the columns of `vestibule users import`. */
    seed: (people) => run(store, all, ['users', 'import', '-', '--no-passwords'], asCsv(people)),
    /** Asks it to stop, and says with what code it ended. */
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
      const code = await ended;
      clearTimeout(late);
      return code;
    },
  };
}

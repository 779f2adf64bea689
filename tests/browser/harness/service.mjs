// Runs the Vestibule binary on its own port with its own store.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The binary under test. */
export const binary =
  process.env.VESTIBULE_BIN ?? path.resolve(import.meta.dirname, '../../../target/debug/vestibule');
const START_WITHIN = 90_000;

/** Returns a free port, which no other process gets before `release`. Addresses are settings of servers that start earlier. */
export async function holdPort() {
  const server = net.createServer((socket) => socket.destroy());
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  // After the failure of another server nothing releases the port.
  server.unref();
  return { port: server.address().port, release: () => new Promise((done) => server.close(done)) };
}

/** Returns a port that is free now. */
export async function freePort() {
  const { port, release } = await holdPort();
  await release();
  return port;
}

/** Creates a store: a folder with an SQLite file, or a database on the replica set. */
export async function makeStore(kind = 'sqlite') {
  const folder = await mkdtemp(path.join(tmpdir(), 'vestibule-browser-'));
  const settings = {};
  if (kind === 'mongodb') {
    const url = process.env.VESTIBULE_TEST_MONGODB;
    if (!url) throw new Error('VESTIBULE_TEST_MONGODB is not set: run scripts/test browser');
    const database = `browser-${randomBytes(6).toString('hex')}`;
    settings.VESTIBULE_DATABASE_URL = url.replace(/\/(\?|$)/, `/${database}$1`);
    settings.VESTIBULE_SECRET_KEYS = `test:${randomBytes(32).toString('base64')}`;
  } else {
    settings.VESTIBULE_DATABASE_URL = `sqlite:${path.join(folder, 'vestibule.db')}`;
  }
  return { folder, settings, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

// Leaves out the settings of the developer's environment. The working folder is the store's, so no .env is read.
function environment(settings) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VESTIBULE_'));
  return { ...Object.fromEntries(inherited), ...settings };
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
    child.on('error', () => fail(new Error(`${binary} cannot be started; build it with cargo build`)));
    child.on('close', (code) => {
      if (code === 0) done(stdout);
      else fail(new Error(`vestibule ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`));
    });
    child.stdin.end(input);
  });
}

const quoted = (value) => `"${String(value).replaceAll('"', '""')}"`;

/** Returns the CSV for `vestibule users import`. */
function asCsv(users) {
  const columns = [...new Set(users.flatMap((user) => Object.keys(user)))];
  const rows = users.map((user) => columns.map((column) => quoted(user[column] ?? '')).join(','));
  return [columns.join(','), ...rows, ''].join('\n');
}

/** Starts a service. A second service on the same store, with the public URL of the first, is a second replica. */
export async function startService({ store, settings = {}, publicUrl }) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const addresses = { VESTIBULE_PUBLIC_URL: publicUrl ?? url };
  if (publicUrl) addresses.VESTIBULE_ALLOWED_ORIGINS = url;
  const all = { VESTIBULE_LISTEN: `127.0.0.1:${port}`, ...addresses, ...settings };
  const child = spawn(binary, ['serve'], {
    cwd: store.folder,
    env: environment({ ...store.settings, ...all }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise((done) => child.on('close', done));

  await new Promise((done, fail) => {
    const fails = (why) => fail(new Error(`the service ${why}\n${output}`));
    const late = setTimeout(fails, START_WITHIN, 'did not start in time');
    const listen = (data) => {
      output += data;
      if (/^listening on /m.test(output)) {
        clearTimeout(late);
        done();
      }
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', () => fails(`cannot be started from ${binary}: build it with cargo build`));
    child.on('close', (code) => fails(`ended with ${code} before it listened`));
  });

  return {
    url,
    pid: child.pid,
    /** Returns the output so far. */
    log: () => output,
    /** Runs a command of the binary on the same store, while the service runs. */
    command: (args, input) => run(store, all, args, input),
    /** Imports users; their members are the columns of `vestibule users import`. */
    seed: (users) => run(store, all, ['users', 'import', '-', '--no-passwords'], asCsv(users)),
    /** Stops the service and returns its exit code. */
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
      const code = await ended;
      clearTimeout(late);
      return code;
    },
  };
}

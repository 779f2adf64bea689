// The service in its own process, a client with cookies, and the report of invariants.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export const folder = process.env.FAULTS_FOLDER;
export const PASSWORD = 'correct horse battery';

let failures = 0;

/** Prints an invariant with what was measured. */
export function check(invariant, holds, measured) {
  if (!holds) failures += 1;
  console.log(`${holds ? 'holds' : 'FAILS'}  ${invariant}: ${measured}`);
}

export function note(text) {
  console.log(`       ${text}`);
}

export function finish() {
  process.exit(failures === 0 ? 0 : 1);
}

/** Folder, settings and commands of one installation. */
export class Installation {
  constructor(name, settings) {
    this.folder = `${folder}/${name}`;
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.log = `${this.folder}/log`;
    this.program = process.env.VESTIBULE_BIN;
    this.environment = {
      PATH: process.env.PATH,
      VESTIBULE_LISTEN: '127.0.0.1:0',
      VESTIBULE_SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      VESTIBULE_LOG_FORMAT: 'json',
      ...settings,
    };
  }

  /** The same installation with another program. */
  using(program) {
    return Object.assign(Object.create(Installation.prototype), this, { program });
  }

  /** Runs a command and returns its exit code and output. */
  run(args, input = '') {
    try {
      const options = { cwd: this.folder, env: this.environment, input, stdio: 'pipe', maxBuffer: 1 << 28 };
      return { code: 0, out: execFileSync(this.program, args, options).toString() };
    } catch (error) {
      return { code: error.status, out: `${error.stdout}${error.stderr}` };
    }
  }

  addUser(name) {
    const { code, out } = this.run(['users', 'add', name, '--password-stdin'], `${PASSWORD}\n`);
    if (code !== 0) throw new Error(`users add ${name}: ${out}`);
  }

  /** Starts the service; returns when it listens. */
  async serve(more = {}) {
    const log = openSync(this.log, 'a');
    const env = { ...this.environment, ...more };
    // The signal of RLIMIT_FSIZE must not end the process: a full disk does not either.
    const serve = ['-c', 'trap "" XFSZ; exec "$0" serve', this.program];
    const child = spawn('bash', serve, { cwd: this.folder, env, stdio: ['ignore', 'pipe', log] });
    closeSync(log);
    const lines = createInterface({ input: child.stdout });
    const address = await new Promise((resolve, reject) => {
      const fail = (code) => reject(new Error(`serve ends with ${code}: ${this.readLog()}`));
      child.once('exit', fail);
      lines.once('line', (line) => {
        child.off('exit', fail);
        resolve(line.match(/http:\/\/\S+/)[0]);
      });
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    return {
      address,
      pid: child.pid,
      stop: async () => {
        child.kill('SIGTERM');
        return ended;
      },
      isRunning: () => child.exitCode === null && child.signalCode === null,
    };
  }

  readLog() {
    return readFileSync(this.log, 'utf8');
  }
}

/** A browser: keeps cookies and sends the CSRF token. */
export class Client {
  cookies = new Map();

  constructor(service) {
    this.address = service.address;
  }

  /** The same cookies at another address. */
  at(service) {
    this.address = service.address;
    return this;
  }

  async send(method, path, { body, headers = {} } = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, this.address), {
      method,
      redirect: 'manual',
      headers: { ...headers, ...(cookie && { cookie }) },
      body,
      signal: AbortSignal.timeout(20_000),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (/max-age=0\b/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    const problem = text.startsWith('{') ? JSON.parse(text) : {};
    return {
      status: response.status,
      code: problem.code,
      reason: problem.reason,
      headers: response.headers,
      text,
    };
  }

  get(path) {
    return this.send('GET', path);
  }

  async post(path, body) {
    const token = () => [...this.cookies].find(([name]) => name.endsWith('XSRF-TOKEN'))?.[1];
    if (!token()) await this.get('/api/auth/csrf-token');
    const headers = { 'content-type': 'application/json', 'x-xsrf-token': token() };
    return this.send('POST', path, { headers, body: JSON.stringify(body) });
  }

  signIn(username, password = PASSWORD) {
    return this.post('/api/auth/login', { username, password });
  }

  me() {
    return this.get('/api/auth/me');
  }
}

/** Signs in and returns the client. */
export async function signedIn(service, name) {
  const client = new Client(service);
  const { status, text } = await client.signIn(name);
  if (status !== 200) throw new Error(`${name} cannot sign in: ${status} ${text}`);
  return client;
}

/** Counts the values: `200 × 3, 503 × 17`. */
export function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => `${value} × ${count}`).join(', ');
}

/** Runs Python with its module sqlite3. */
export function sqlite(file, script, ...args) {
  const program = `import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1], timeout=10)\n${script}\ndb.commit()\n`;
  return execFileSync('python3', ['-c', program, file, ...args])
    .toString()
    .trim();
}

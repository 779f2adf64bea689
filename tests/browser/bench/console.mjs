// Every list of the administration with 10,000 users, on both stores: time as a caller sees it, and processor time of the service. The
// baseline is the session check of the same run, which is the least that a request of a signed-in user costs.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { parseArgs } from 'node:util';
import { makeStore, startService } from '../harness/service.mjs';
import { Authenticator } from '../harness/totp.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    users: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
});
const USERS = Number(options.users);
/** Requests of each list in one round. */
const REQUESTS = 20;
/** The goal for the 95th percentile, in milliseconds. */
const GOAL = 300;
/** Pages before the deep one. */
const DEEP = 150;
/** Ticks per second in /proc; the same on each Linux machine. */
const TICKS = 100;
const PASSWORD = 'correct horse battery';
const KEY = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const ISSUER = 'https://idp.example';

const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

/** Users as a company has them: a fifth with an identity at a provider, a tenth with a second factor, a twentieth disabled. */
function users() {
  const names = ['Ada', 'Grace', 'Linus', 'Edsger', 'Barbara', 'Zoë', 'Jürgen', 'Ольга'];
  const rows = Array.from({ length: USERS }, (_, n) => ({
    username: `user-${((n * 7919) % 1e5).toString().padStart(5, '0')}`,
    email: `user-${n}@${n % 3 ? 'corp' : 'sales'}.example`,
    emailVerified: n % 4 > 0,
    displayName: `${names[n % names.length]} Member ${n}`,
    roles: n % 10 ? 'reader' : 'reader;editor',
    totpSecret: n % 10 === 1 ? KEY : '',
    status: n % 20 === 2 ? 'disabled' : '',
    issuer: n % 5 === 3 ? ISSUER : '',
    subject: n % 5 === 3 ? `subject-${n}` : '',
    password: '',
  }));
  return [{ username: 'root', password: PASSWORD, totpSecret: KEY, roles: 'admin' }, ...rows];
}

const agent = new http.Agent({ keepAlive: true });

/** Sends requests with the cookies of one administrator. */
class Administrator {
  #url;
  #cookies = new Map();
  #authenticator = new Authenticator(KEY);

  constructor(url) {
    this.#url = url;
  }

  send(method, path, body) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const token = [...this.#cookies].find(([name]) => name.includes('XSRF-TOKEN'))?.[1] ?? '';
    const headers = { cookie, 'x-xsrf-token': token, 'content-type': 'application/json' };
    return new Promise((done, fail) => {
      const request = http.request(`${this.#url}${path}`, { method, agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (data) => (text += data));
        response.on('end', () => {
          for (const line of response.headers['set-cookie'] ?? []) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
            this.#cookies.set(name, value);
          }
          if (response.statusCode === 200) done(JSON.parse(text));
          else fail(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        });
      });
      request.on('error', fail);
      request.end(body && JSON.stringify(body));
    });
  }

  /** Signs in, or proves the second factor again: the administration requires a recent one. */
  async signIn() {
    this.#cookies.clear();
    await this.send('GET', '/api/auth/csrf-token');
    await this.send('POST', '/api/auth/login', { username: 'root', password: PASSWORD });
    await this.send('POST', '/api/mfa/verify', { code: await this.#authenticator.code() });
  }

  get(path) {
    return this.send('GET', path);
  }
}

/** Returns the path of the page after some others. */
async function deepPage(administrator, path) {
  let cursor;
  for (let page = 0; page < DEEP; page++) {
    const { nextCursor } = await administrator.get(cursor ? `${path}&cursor=${cursor}` : path);
    if (!nextCursor) break;
    cursor = nextCursor;
  }
  return `${path}&cursor=${cursor}`;
}

async function lists(administrator) {
  const { items } = await administrator.get('/api/admin/users?limit=1');
  const of = (route, queries) => queries.map((query) => `/api/admin/${route}${query && `?${query}`}`);
  const sorts = ['username', 'email', 'createdAt', 'lastLoginAt'].flatMap((sort) => [sort, `-${sort}`]);
  const searches = ['user-04711', 'member', 'corp', 'ольга', 'zoë', 'unknown', 'subject-4713'];
  return [
    ...of('users', ['', 'limit=200', 'status=active', 'status=disabled', 'provider=local', 'provider=idp']),
    ...of('users', ['role=editor', 'role=unknown', 'mfa=true', 'mfa=false', 'locked=true', 'locked=false']),
    ...of(
      'users',
      searches.map((text) => `q=${encodeURIComponent(text)}`),
    ),
    ...of(
      'users',
      sorts.map((sort) => `sort=${sort}`),
    ),
    ...of('users', ['q=member&sort=-lastLoginAt&mfa=false&status=active', `q=${items[0].id}`]),
    await deepPage(administrator, '/api/admin/users?limit=50'),
    await deepPage(administrator, '/api/admin/users?limit=50&sort=-email'),
    ...of('sessions', ['', 'provider=idp']),
    ...of('events', ['', 'type=userCreated', 'outcome=failure', 'actor=cli', 'ip=203.0.113.0/24']),
    ...of('events', [`user=${items[0].id}`, `from=${new Date(0).toISOString()}`]),
    await deepPage(administrator, '/api/admin/events?limit=50'),
    ...of('merges', ['']),
    ...of('mail', ['', 'state=failed']),
    ...of('webhooks', ['']),
    ...of('webhooks/deliveries', ['', 'state=failed']),
    ...of('providers', ['']),
    ...of('settings', ['']),
    ...of('overview', ['', 'days=366']),
    ...of('summary', ['']),
  ];
}

/** Returns the processor time of a process so far, in milliseconds. */
async function processorTime(pid) {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

async function measure(kind) {
  const store = await makeStore(kind);
  const settings = {
    VESTIBULE_PROVIDERS: 'idp',
    VESTIBULE_PROVIDER_IDP_ISSUER: ISSUER,
    VESTIBULE_PROVIDER_IDP_CLIENT_ID: 'bench',
    VESTIBULE_WEBHOOKS: 'crm',
    VESTIBULE_WEBHOOK_CRM_URL: 'https://crm.example/hook',
    VESTIBULE_WEBHOOK_CRM_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    VESTIBULE_WEBHOOK_CRM_EVENTS: 'user.merged',
  };
  const service = await startService({ store, settings });
  const database = kind === 'mongodb' ? Number(process.env.BENCH_MONGOD_PID) : undefined;
  const cpu = async () => (await processorTime(service.pid)) + (database ? await processorTime(database) : 0);
  try {
    await service.seed(users());
    const administrator = new Administrator(service.url);
    await administrator.signIn();
    const baseline = '/api/auth/me';
    const results = new Map([baseline, ...(await lists(administrator))].map((path) => [path, []]));
    const processor = new Map([...results.keys()].map((path) => [path, []]));
    for (let round = 0; round < Number(options.rounds); round++) {
      await administrator.signIn();
      // Each round has every list: load of the machine hits all of them.
      for (const [path, times] of results) {
        const before = await cpu();
        for (let n = 0; n < REQUESTS; n++) {
          const start = performance.now();
          await administrator.get(path);
          times.push(performance.now() - start);
        }
        processor.get(path).push(((await cpu()) - before) / REQUESTS);
      }
    }
    const figures = [...results].map(([path, times]) => {
      const sorted = times.toSorted((a, b) => a - b);
      const each = processor.get(path).toSorted((a, b) => a - b);
      return { path, p50: at(sorted, 0.5), p95: at(sorted, 0.95), cpu: at(each, 0.5) };
    });
    return figures.map((figure) => ({ store: kind, ...figure, ratio: figure.p50 / figures[0].p50 }));
  } finally {
    await service.stop();
    await store.remove();
  }
}

const figures = [...(await measure('sqlite')), ...(await measure('mongodb'))];
agent.destroy();
if (options.json) {
  console.log(JSON.stringify({ users: USERS, rounds: Number(options.rounds), goal: GOAL, figures }));
} else {
  console.log('store    p50 ms   p95 ms   CPU ms   to the session check');
  for (const { store, path, p50, p95, cpu, ratio } of figures) {
    const numbers = [p50, p95, cpu].map((number) => number.toFixed(1).padStart(8)).join(' ');
    const shown = decodeURIComponent(path.replace(/cursor=.*/, 'cursor=…'));
    console.log(`${store.padEnd(7)}${numbers} ${ratio.toFixed(1).padStart(8)} x  ${shown}`);
  }
}
const slow = figures.filter(({ p95 }) => p95 > GOAL);
for (const { store, path, p95 } of slow) {
  console.error(`${store}: the 95th percentile of ${path} is ${p95.toFixed(0)} ms, above ${GOAL} ms`);
}
process.exitCode = slow.length > 0 ? 1 : 0;

// Processor time of a login and of a session check, and the memory of an idle service. Processor time depends less on the load of the
// machine than requests per second do: one core answers at most the reciprocal.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeStore, startService } from '../harness/service.mjs';

const rounds = Number(process.argv[2] ?? 5);
const PASSWORD = 'correct horse battery';
const [LOGINS, CHECKS] = [40, 10_000];
/** Requests at the same time. */
const AT_ONCE = 8;
/** Ticks per second in /proc; the same on each Linux machine. */
const TICKS = 100;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
const store = await makeStore();
const service = await startService({ store });

/** Sends a request and returns its cookies. */
function send(method, path, headers = {}, body) {
  return new Promise((done, fail) => {
    const request = http.request(`${service.url}${path}`, { method, agent, headers }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode !== 200) return fail(new Error(`${path}: status ${response.statusCode}`));
        done((response.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]));
      });
    });
    request.on('error', fail);
    request.end(body);
  });
}

async function signIn() {
  const cookies = await send('GET', '/api/auth/csrf-token');
  const [, token] = cookies.join(';').split('XSRF-TOKEN=');
  const headers = { cookie: cookies.join('; '), 'x-xsrf-token': token, 'content-type': 'application/json' };
  return send('POST', '/api/auth/login', headers, JSON.stringify({ username: 'ada', password: PASSWORD }));
}

/** Returns the processor time of the service so far, in milliseconds. */
async function processorTime() {
  const [, fields] = (await readFile(`/proc/${service.pid}/stat`, 'utf8')).split(') ');
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return ((user + system) * 1000) / TICKS;
}

/** Repeats a request and returns the processor time of each, in milliseconds. */
async function timeOfEach(count, request) {
  const before = await processorTime();
  let left = count;
  const client = async () => {
    while (left-- > 0) await request();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return ((await processorTime()) - before) / count;
}

try {
  await sleep(2000);
  const status = await readFile(`/proc/${service.pid}/status`, 'utf8');
  const [, memory] = /^VmRSS:\s+(\d+) kB/m.exec(status);
  await service.seed([{ username: 'ada', password: PASSWORD }]);
  const logins = [];
  const checks = [];
  // Alternating rounds: load of the machine hits both.
  for (let round = 0; round < rounds; round++) {
    logins.push(await timeOfEach(LOGINS, signIn));
    // A user has a limited number of sessions, so the logins end those of earlier rounds.
    const cookie = (await signIn()).join('; ');
    checks.push(await timeOfEach(CHECKS, () => send('GET', '/api/auth/me', { cookie })));
  }
  const line = (name, time) => {
    const each = time < 1 ? `${Math.round(time * 1000)} us` : `${time.toFixed(1)} ms`;
    console.log(
      `${name.padEnd(14)} ${each} of a core, at most ${Math.round(1000 / time)} per second and core`,
    );
  };
  console.log(`medians of ${rounds} rounds on ${cpus().length} cores, ${cpus()[0].model}`);
  line('login', median(logins));
  line('session check', median(checks));
  console.log(`idle memory    ${(memory / 1024).toFixed(1)} MiB`);
} finally {
  await service.stop();
  await store.remove();
  agent.destroy();
}

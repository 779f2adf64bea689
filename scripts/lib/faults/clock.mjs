// A system clock that is ahead, behind and set back: libfaketime below the service, whose monotonic clock stays right.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, fromBase32 } from '../../../tests/browser/harness/totp.mjs';
import { Client, Installation, check, finish, folder, note, signedIn, sqlite } from './harness.mjs';

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const HOUR = 3600;
const provider = JSON.parse(process.env.FAULTS_PROVIDER);
const offsetFile = `${folder}/offset`;

/** Sets the clock of the service to this many seconds ahead of the true time. */
function setClock(seconds) {
  writeFileSync(offsetFile, `${seconds < 0 ? '' : '+'}${seconds}\n`);
}

const home = new Installation('clock', {
  VESTIBULE_DATABASE_URL: 'sqlite:v.db',
  VESTIBULE_PROVIDERS: 'idp',
  VESTIBULE_PROVIDER_IDP_ISSUER: provider.issuer,
  VESTIBULE_PROVIDER_IDP_CLIENT_ID: provider.clientId,
  VESTIBULE_PROVIDER_IDP_CLIENT_SECRET: provider.clientSecret,
});
for (const name of ['ada', 'grace']) home.addUser(name);
home.run(['users', 'import', '-'], `username,password,totpSecret\nlinus,correct horse battery,${SECRET}\n`);
setClock(0);
const faked = {
  LD_PRELOAD: process.env.FAULTS_FAKETIME,
  FAKETIME_TIMESTAMP_FILE: offsetFile,
  FAKETIME_NO_CACHE: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  DONT_FAKE_MONOTONIC: '1',
};
let service = await home.serve(faked);

/** The code of linus' app, whose clock is right, a number of steps from now. */
const code = (steps = 0) => codeOf(fromBase32(SECRET), Math.floor(Date.now() / 30_000) + steps);
/** Answers with the status of a login of linus with this code. */
async function loginWithCode(digits) {
  const client = await signedIn(service, 'linus');
  const { status } = await client.post('/api/mfa/verify', { code: digits });
  return { status, client };
}

/** Signs in through the provider. Returns the page after the callback. */
async function federatedLogin() {
  const client = new Client(service);
  const jar = new Client({ address: provider.issuer });
  let { headers, text, status } = await client.send('GET', '/api/auth/login/idp', {
    headers: { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' },
  });
  if (status !== 303) return `no redirect: ${status} ${text}`;
  let location = headers.get('location');
  let page = await jar.send('GET', location);
  const form = new URL(page.headers.get('location'), provider.issuer).href;
  await jar.send('GET', form);
  const headersOfForm = { 'content-type': 'application/x-www-form-urlencoded' };
  page = await jar.send('POST', form, { headers: headersOfForm, body: 'login=hopper' });
  for (let i = 0; i < 10; i++) {
    location = new URL(page.headers.get('location'), provider.issuer);
    if (location.origin !== new URL(provider.issuer).origin) break;
    page = await jar.send('GET', location.href);
  }
  ({ headers } = await client.send('GET', location.pathname + location.search));
  return headers.get('location');
}

// Skew against the provider and against authenticator apps.
for (const [seconds, expected] of [
  [0, true],
  [45, true],
  [-45, true],
  [90, true],
  [-90, false],
]) {
  setClock(seconds);
  const lines = home.readLog().length;
  const page = await federatedLogin();
  const isIn = page === '/';
  const log = home.readLog().slice(lines);
  const reason = log.split('\n').find((line) => line.includes('refused')) ?? '';
  check(
    `federated login at ${seconds} s is ${expected ? 'accepted' : 'refused with a clear log'}`,
    isIn === expected && (expected || /future|iat|clock/.test(reason)),
    `${page}${expected ? '' : ` ${reason.slice(0, 300)}`}`,
  );
}
setClock(0);
let used = code();
const first = await loginWithCode(used);
check('a code is accepted once', first.status === 200, first.status);
for (const seconds of [HOUR, -HOUR]) {
  setClock(seconds);
  await sleep(1500);
  setClock(0);
  const { status } = await loginWithCode(used);
  check(`a used code stays used after a jump of ${seconds} s and back`, status === 400, status);
}

// A session that expires during the jump, with and without a request.
for (const isAsked of [true, false]) {
  const ada = await signedIn(service, 'ada');
  setClock((isAsked ? 2 : 2.5) * HOUR);
  const ahead = isAsked ? await ada.me() : await sleep(2500, { reason: 'not asked' });
  setClock(0);
  const back = await ada.me();
  check(
    `a session that expired ${isAsked ? 'at a request' : 'unseen'} stays expired when the clock is set back`,
    back.status === 401 && back.reason === 'idle',
    `ahead ${ahead.reason}, then ${back.status} ${back.reason}`,
  );
}
const later = await signedIn(service, 'ada');
const answers = [(await later.me()).status, (await later.post('/api/auth/keep-alive', {})).status];
check(
  'new sessions are valid after the clock was set back',
  answers.every((status) => status === 200),
  answers.join(', '),
);

const survivor = await signedIn(service, 'grace');
setClock(6 * HOUR);
await sleep(1500);
const code1 = await service.stop();
setClock(0);
service = await home.serve(faked);
const restarted = await survivor.at(service).me();
check(
  'a session that expired before a restart stays expired with the clock set back',
  restarted.status === 401,
  `exit ${code1}, then ${restarted.status} ${restarted.reason}`,
);
setClock(-HOUR);
const behind = await signedIn(service, 'ada');
const alive = await behind.me();
check('the service works an hour behind', alive.status === 200, alive.status);

// Timeouts use the monotonic clock: a request is answered at once while the clock jumps.
let slowest = 0;
for (let i = 0; i < 20; i++) {
  setClock(i % 2 ? HOUR : -HOUR);
  const began = performance.now();
  await behind.get('/healthz');
  slowest = Math.max(slowest, performance.now() - began);
}
check('jumps delay no request', slowest < 1000, `slowest ${slowest.toFixed(0)} ms`);

// The sweep runs once a minute.
setClock(0);
const events = () =>
  Number(sqlite(`${home.folder}/v.db`, 'print(db.execute("SELECT count(*) FROM events").fetchone()[0])'));
const kept = await signedIn(service, 'grace');
const before = events();
note('500 days ahead for 70 s');
setClock(500 * 24 * HOUR);
await sleep(70_000);
setClock(0);
const after = events();
check(
  'a clock that is 500 days ahead deletes no audit event',
  after >= before,
  `${before} before, ${after} after`,
);
const again = await kept.me();
check(
  'a session outlives a clock that was far ahead',
  again.status === 200,
  `${again.status} ${again.reason ?? ''}`,
);
await service.stop();
check('no panic', !home.readLog().includes('panicked'), 'none in the log');
finish();

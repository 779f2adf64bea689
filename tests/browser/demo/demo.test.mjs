// `scripts/start --demo`, as a newcomer walks it: what it prints is read from the screen and tried in the browser, with the
// binary under test in place of the one that the script builds.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { newBrowserContext, launchChromium } from '../harness/browser.mjs';
import {
  waitForLinkConfirmation,
  waitForDashboard,
  fillSignIn,
  waitForLinkSignIn,
  on,
  waitForSignInPage,
} from '../harness/pages.mjs';
import { signInAtProvider, signOutAtProvider } from '../harness/provider.mjs';
import { binary } from '../harness/service.mjs';

const root = path.resolve(import.meta.dirname, '../../..');
const START_WITHIN = 120_000;
const END_WITHIN = 45_000;
const provider = 'Demo provider';
const demonstrate = `
  set -euo pipefail
  source scripts/lib/common.sh
  source scripts/lib/service.sh
  source scripts/lib/provider.sh
  source scripts/lib/demo.sh
  # The .env of whoever runs the tests stays outside.
  setting() { printf '%s\\n' "\${!1:-$2}"; }
  demo=$1
  demonstrate "$2"`;

const listens = (port) =>
  new Promise((done) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.end(() => done(true)));
    socket.on('error', () => done(false));
  });

/**
 * Two ports that are free, side by side, for both starts: below those that the system gives to tests beside this one, which
 * could be given the second of them at any time.
 */
async function freePair() {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    if (!(await listens(port)) && !(await listens(port + 1))) return port;
  }
}

let folder;
let port;
let browser;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vestibule-demo-'));
  port = await freePair();
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Starts it as a terminal does: a process group of its own, which Ctrl-C is sent to. */
async function start(settings = {}) {
  const child = spawn('bash', ['-c', demonstrate, 'demo', path.join(folder, 'demo'), binary], {
    cwd: root,
    env: { ...process.env, VESTIBULE_LISTEN: `127.0.0.1:${port}`, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  const ended = new Promise((done) => child.on('close', done));
  await new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`it did not start in time\n${said}`)), START_WITHIN);
    const listen = (data) => {
      said += data;
      if (/^listening on /m.test(said)) done(clearTimeout(late));
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('close', (code) => fail(new Error(`it ended with ${code}\n${said}`)));
  });
  return {
    said: () => said,
    /** The password that stands on the screen for this user. */
    password: (name) => new RegExp(`\\b${name} +with the password +(\\S+)`).exec(said)?.[1],
    /** Ctrl-C. */
    async stop() {
      process.kill(-child.pid, 'SIGINT');
      const late = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), END_WITHIN);
      const code = await ended;
      clearTimeout(late);
      return code;
    },
  };
}

async function signOut(page) {
  const session = await page.request.get(new URL('/api/auth/session', page.url()).href);
  const { provider } = await session.json();
  await on(page).signOut.click();
  if (provider) await signOutAtProvider(page);
  await waitForSignInPage(page);
}

const through = async (page, login) => {
  await on(page).providerLink(provider).click();
  await signInAtProvider(page, login);
};

const shown = (page, name) => page.getByRole('region', { name }).innerText();

test('what it says can be tried, step by step', { timeout: 300_000 }, async () => {
  const demo = await start({ VESTIBULE_PROVIDERS: 'okta', VESTIBULE_MFA: 'required' });
  try {
    const [url] = /http:\/\/localhost:\d+/.exec(demo.said());
    assert.equal(url, `http://localhost:${port}`, 'the address follows the port');
    assert.match(demo.said(), /not used in a demonstration: .*VESTIBULE_PROVIDERS/);
    const { page, problems } = await newBrowserContext(browser, url);

    // 1
    await page.goto(url);
    await waitForSignInPage(page);
    await fillSignIn(page, { username: 'ada', password: demo.password('ada') });
    await waitForDashboard(page);
    assert.match(await shown(page, 'This session'), /Signed in with\s+Password/);
    await signOut(page);
    // 2
    await through(page, 'grace');
    await waitForDashboard(page);
    assert.match(await shown(page, 'About you'), /Grace Hopper[\s\S]*Roles\s+staff/);
    await signOut(page);
    // 3
    await through(page, 'linus');
    await waitForLinkSignIn(page);
    await fillSignIn(page, { username: 'linus', password: demo.password('linus') });
    await waitForLinkConfirmation(page);
    await on(page).confirmLink.click();
    await waitForDashboard(page);
    await signOut(page);
    await through(page, 'linus');
    await waitForDashboard(page);
    assert.match(await shown(page, 'About you'), /User name\s+linus/);
    assert.match(await shown(page, 'This session'), new RegExp(`Through ${provider}`));
    await signOut(page);
    // 4
    await through(page, 'mallory');
    await waitForDashboard(page);
    assert.match(await shown(page, 'About you'), /Mallory[\s\S]*User name\s+–[\s\S]*not verified/);
    assert.deepEqual(problems, []);
  } finally {
    assert.equal(await demo.stop(), 0, demo.said());
  }
  assert.deepEqual([await listens(port), await listens(port + 1)], [false, false], 'Ctrl-C stops both');

  const again = await start();
  try {
    assert.equal(again.password('ada'), demo.password('ada'), 'users and passwords are kept');
    assert.match(again.said(), /not the first start/);
    const { page } = await newBrowserContext(browser, `http://localhost:${port}`);
    await page.goto('/login');
    await through(page, 'linus');
    await waitForDashboard(page);
    assert.match(await shown(page, 'About you'), /User name\s+linus/, 'the link is kept');
  } finally {
    assert.equal(await again.stop(), 0, again.said());
  }
});

test('it is refused before anything is built where others could reach it', async () => {
  const refused = [
    [{ VESTIBULE_PUBLIC_URL: 'https://id.example.org' }, /for this machine only/],
    [{ VESTIBULE_PUBLIC_URL: 'http://id.example.org' }, /for this machine only/],
    [{ VESTIBULE_PUBLIC_URL: 'http://localhost:3000@id.example.org' }, /for this machine only/],
    [{ VESTIBULE_PUBLIC_URL: 'http://localhost.example.org:3000' }, /for this machine only/],
    [{ VESTIBULE_PUBLIC_URL: 'http://127.0.0.1.example.org' }, /for this machine only/],
    [{ VESTIBULE_LISTEN: '0.0.0.0:3000' }, /for this machine only/],
    [{ VESTIBULE_LISTEN: '[::]:3000' }, /for this machine only/],
    [{ VESTIBULE_LISTEN: ':3000' }, /for this machine only/],
    [{ VESTIBULE_DATABASE_URL: 'mongodb://db1/vestibule' }, /shared database/],
    [{ VESTIBULE_DATABASE_URL: 'mongodb+srv://db1/vestibule' }, /shared database/],
    [{ VESTIBULE_DATABASE_URL_FILE: '/run/secrets/database' }, /shared database/],
  ];
  for (const [settings, why] of refused) {
    const home = { VESTIBULE_LISTEN: `127.0.0.1:${port}`, VESTIBULE_PUBLIC_URL: `http://localhost:${port}` };
    const env = { ...process.env, ...home, ...settings };
    const began = promisify(execFile)('scripts/start', ['--demo'], { cwd: root, env, timeout: 60_000 });
    await assert.rejects(began, (error) => {
      assert.equal(error.code, 1, JSON.stringify(settings));
      assert.match(error.stderr, why);
      assert.doesNotMatch(error.stderr, /==>/, 'nothing was begun');
      return true;
    });
  }
});

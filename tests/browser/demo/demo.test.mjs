// `scripts/start --demo`: the steps it prints are tried in the browser. The binary under test replaces the one that the
// script builds.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { launchChromium, newBrowserContext } from '../harness/browser.mjs';
import {
  fillSignIn,
  on,
  waitForDashboard,
  waitForLinkConfirmation,
  waitForLinkSignIn,
  waitForSignInPage,
} from '../harness/pages.mjs';
import { signInAtProvider, signOutAtProvider } from '../harness/provider.mjs';
import { binary } from '../harness/service.mjs';

const root = path.resolve(import.meta.dirname, '../../..');
const START_WITHIN = 300_000;
const END_WITHIN = 45_000;
const provider = 'Demo provider';
const demonstrate = `
  set -euo pipefail
  source scripts/lib/common.sh
  source scripts/lib/service.sh
  source scripts/lib/provider.sh
  source scripts/lib/demo.sh
  # Ignores the .env file of the developer.
  setting() { printf '%s\\n' "\${!1:-$2}"; }
  demo=$1
  run_demo "$2"`;

const listens = (port) =>
  new Promise((done) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.end(() => done(true)));
    socket.on('error', () => done(false));
  });

/**
 * Returns a free port whose successor is also free. Both are below the ephemeral range, because the system could give a port
 * of that range to another test before the second start.
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

/** Starts the demo in its own process group, as a terminal does, so that it can receive Ctrl-C. */
async function start(settings = {}) {
  const child = spawn('bash', ['-c', demonstrate, 'demo', path.join(folder, 'demo'), binary], {
    cwd: root,
    env: { ...process.env, VESTIBULE_LISTEN: `127.0.0.1:${port}`, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const ended = new Promise((done) => child.on('close', done));
  await new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`the demo did not start in time\n${output}`)), START_WITHIN);
    const read = (data) => {
      output += data;
      if (/^listening on /m.test(output)) done(clearTimeout(late));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('close', (code) => fail(new Error(`the demo ended with ${code}\n${output}`)));
  });
  return {
    output: () => output,
    /** Returns the password that the demo printed for a user. */
    password: (name) => new RegExp(`\\b${name} +with the password +(\\S+)`).exec(output)?.[1],
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

const signInWithProvider = async (page, login) => {
  await on(page).providerLink(provider).click();
  await signInAtProvider(page, login);
};

const region = (page, name) => page.getByRole('region', { name }).innerText();

test('every step that the demo prints works', { timeout: 900_000 }, async () => {
  const demo = await start({ VESTIBULE_PROVIDERS: 'okta', VESTIBULE_MFA: 'required' });
  try {
    const [url] = /http:\/\/localhost:\d+/.exec(demo.output());
    assert.equal(url, `http://localhost:${port}`, 'the URL has the port of VESTIBULE_LISTEN');
    assert.match(demo.output(), /not used in a demonstration: .*VESTIBULE_PROVIDERS/);
    const { page, problems } = await newBrowserContext(browser, url);

    // 1
    await page.goto(url);
    await waitForSignInPage(page);
    await fillSignIn(page, { username: 'ada', password: demo.password('ada') });
    await waitForDashboard(page);
    assert.match(await region(page, 'This session'), /Signed in with\s+Password/);
    await signOut(page);
    // 2
    await signInWithProvider(page, 'grace');
    await waitForDashboard(page);
    assert.match(await region(page, 'Profile'), /Grace Hopper[\s\S]*Roles\s+staff/);
    await signOut(page);
    // 3
    await signInWithProvider(page, 'linus');
    await waitForLinkSignIn(page);
    await fillSignIn(page, { username: 'linus', password: demo.password('linus') });
    await waitForLinkConfirmation(page);
    await on(page).confirmLink.click();
    await waitForDashboard(page);
    await signOut(page);
    await signInWithProvider(page, 'linus');
    await waitForDashboard(page);
    assert.match(await region(page, 'Profile'), /User name\s+linus/);
    assert.match(await region(page, 'This session'), new RegExp(`Signed in with\\s+${provider}`));
    await signOut(page);
    // 4
    await signInWithProvider(page, 'mallory');
    await waitForDashboard(page);
    assert.match(await region(page, 'Profile'), /Mallory[\s\S]*User name\s+–[\s\S]*not verified/);
    assert.deepEqual(problems, []);
  } finally {
    assert.equal(await demo.stop(), 0, demo.output());
  }
  assert.deepEqual([await listens(port), await listens(port + 1)], [false, false], 'Ctrl-C stops both');

  const again = await start();
  try {
    assert.equal(again.password('ada'), demo.password('ada'), 'users and passwords are kept');
    assert.match(again.output(), /not the first start/);
    const { page } = await newBrowserContext(browser, `http://localhost:${port}`);
    await page.goto('/login');
    await signInWithProvider(page, 'linus');
    await waitForDashboard(page);
    assert.match(await region(page, 'Profile'), /User name\s+linus/, 'the link is kept');
  } finally {
    assert.equal(await again.stop(), 0, again.output());
  }
});

test('the demo refuses to start where other hosts could reach it', async () => {
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
    const started = promisify(execFile)('scripts/start', ['--demo'], { cwd: root, env, timeout: 300_000 });
    await assert.rejects(started, (error) => {
      assert.equal(error.code, 1, JSON.stringify(settings));
      assert.match(error.stderr, why);
      assert.doesNotMatch(error.stderr, /==>/, 'no build step ran');
      return true;
    });
  }
});

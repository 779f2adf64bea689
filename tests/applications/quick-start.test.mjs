// The quick start of deploy/docs/angular.md, followed word by word in an empty folder. The document is the source: this test
// reads its commands and files from it, and replaces only the two ports, which may be in use on this machine.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { eventually, launchChromium, newBrowserContext } from '../browser/harness/browser.mjs';
import { fillSignIn } from '../browser/harness/pages.mjs';
import { binary, freePort } from '../browser/harness/service.mjs';
import { Started } from '../browser/harness/started.mjs';
import { waitForLogin } from './harness/pages.mjs';
import { makeFolder, repository } from './harness/workspace.mjs';

const started = new Started();
after(() => started.stop(), { timeout: 300_000 });

/** Returns the steps of the quick start: `{ command }`, or `{ file, content }`. */
async function readSteps() {
  const text = await readFile(path.join(repository, 'deploy/docs/angular.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith('Quick start'));
  assert.ok(section, 'the document has a quick start');
  const blocks = [...section.matchAll(/([^\n]*)\n+(?:<!--[^\n]*\n+)?```(\w+)\n([\s\S]*?)^```/gm)];
  return blocks.map(([, before, language, content]) => {
    if (language === 'sh') return { command: content.trim() };
    const file = before.match(/^(?:Create|Replace) `([^`]+)`/)?.[1];
    assert.ok(file, `the text before a block names its file: ${before}`);
    return { file, content };
  });
}

test('the quick start leads from an empty folder to a signed-in page', { timeout: 1_800_000 }, async () => {
  // The locked packages of Angular 22 contain the CLI that `npx @angular/cli@22` runs.
  const { folder, remove } = await makeFolder('angular-22');
  started.add('the folder', remove);
  await mkdir(path.join(folder, 'bin'));
  await symlink(binary, path.join(folder, 'bin/vestibule'));
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VESTIBULE_'));
  const [servicePort, devPort] = [await freePort(), await freePort()];
  const env = {
    ...Object.fromEntries(inherited),
    PATH: `${folder}/bin:${folder}/node_modules/.bin:${process.env.PATH}`,
    VESTIBULE_LISTEN: `127.0.0.1:${servicePort}`,
    NG_CLI_ANALYTICS: 'false',
    CI: 'true',
    npm_config_prefer_offline: 'true',
  };
  const withPorts = (text) =>
    text
      .replaceAll('localhost:4200', `localhost:${devPort}`)
      .replaceAll('localhost:3000', `localhost:${servicePort}`)
      .replace('ng serve', `ng serve --port ${devPort}`);
  let output = '';
  let cwd = folder;

  /** Runs a block in the shell of the reader: a change of the folder stays. */
  async function run(command) {
    const child = spawn('bash', ['-ec', `${command}\npwd >&3`], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    let ended = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.stdio[3].on('data', (data) => (ended += data));
    const code = await new Promise((done) => child.on('close', done));
    assert.equal(code, 0, `${command}\n${output}`);
    cwd = ended.trim();
  }

  /** Starts a server in another terminal and waits until it prints that it listens. */
  async function start(command) {
    const from = output.length;
    // A process group of its own: the servers are children of the shell.
    const child = spawn('bash', ['-ec', command], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    const closed = new Promise((done) => child.on('close', done));
    started.add(command, async () => {
      process.kill(-child.pid, 'SIGTERM');
      await closed;
    });
    const ready = () => /listening on|Local:/.test(output.slice(from));
    await eventually(`ready: ${command}`, ready, 300_000).catch((error) => {
      error.stack += `\n${output}`;
      throw error;
    });
  }

  for (const { command, file, content } of await readSteps()) {
    if (file) await writeFile(path.join(cwd, file), withPorts(content));
    else if (/ serve$/.test(command)) await start(withPorts(command));
    else await run(withPorts(command));
  }
  // `users add --generate` prints the password only.
  const password = output.match(/^[^\s:]{16,}$/m)?.[0];
  assert.ok(password, output);

  const chromium = await launchChromium();
  started.add('Chromium', () => chromium.close());
  const { page, problems } = await newBrowserContext(chromium, `http://localhost:${devPort}`);
  await page.goto('/orders?page=2#top');
  await waitForLogin(page);
  await fillSignIn(page, { username: 'ada', password });
  // The first login replaces the generated password.
  await page.getByLabel('New password', { exact: true }).fill('nine kettles under the lighthouse');
  await page.getByRole('button', { name: 'Save the new password' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL((url) => url.pathname + url.search + url.hash === '/orders?page=2#top');
  await page.getByText('Signed in as ada').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await waitForLogin(page);
  assert.deepEqual(problems, []);

  // The application also builds for production.
  await run('npx ng build');
});

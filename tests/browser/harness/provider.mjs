// The real OpenID provider of tests/provider, and how a person gets through its page. Everybody may be anybody there:
// `grace` and `linus` have verified addresses at corp.example, whoever is not known to it has one at example.org.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const folder = path.resolve(import.meta.dirname, '../../provider');
const START_WITHIN = 90_000;
/** What the provider is called: in routes and settings, and on the pages. */
export const idp = { name: 'idp', label: 'Harbour ID' };

/** Starts one on a free port; `settings` are those of a service that trusts it. */
export async function startProvider() {
  const child = spawn(process.execPath, ['start.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => (said += data));
  const ended = new Promise((done) => child.on('close', done));
  const line = await new Promise((done, fail) => {
    const give = (why) => fail(new Error(`the test provider ${why}: run npm ci in tests/provider\n${said}`));
    const late = setTimeout(give, START_WITHIN, 'did not start in time');
    createInterface({ input: child.stdout }).once('line', (text) => {
      clearTimeout(late);
      done(text);
    });
    child.on('close', (code) => give(`ended with ${code}`));
  });
  const { issuer, clientId, clientSecret } = JSON.parse(line);
  return {
    issuer,
    settings: {
      VESTIBULE_PROVIDERS: idp.name,
      VESTIBULE_PROVIDER_IDP_ISSUER: issuer,
      VESTIBULE_PROVIDER_IDP_CLIENT_ID: clientId,
      VESTIBULE_PROVIDER_IDP_CLIENT_SECRET: clientSecret,
      VESTIBULE_PROVIDER_IDP_LABEL: idp.label,
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const atProvider = (url) => url.pathname.startsWith('/interaction/');

/** Waits until the provider asks who one is. */
export async function askedByProvider(page) {
  await page.waitForURL(atProvider);
}

/** Says at the provider who one is, and waits until it has led back. */
export async function beAtProvider(page, login) {
  await askedByProvider(page);
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=login]').press('Enter');
  await page.waitForURL((url) => !atProvider(url));
}

/** Says no at the provider. */
export async function refuseAtProvider(page) {
  await page.waitForURL(atProvider);
  await page.getByRole('button', { name: /cancel/i }).click();
  await page.waitForURL((url) => !atProvider(url));
}

/** What the provider was asked for beside the sign-in, as its page says: `prompt=login, max_age=0`. */
export async function askedFor(page) {
  await page.waitForURL(atProvider);
  const said = page.getByText(/^The application asks for /);
  return (await said.count()) ? (await said.innerText()).replace(/^The application asks for |\.$/g, '') : '';
}

/** Where the provider is, once its page is there. */
export async function providerOf(page) {
  await page.waitForURL(atProvider);
  return new URL(page.url()).origin;
}

/** Signs out at the provider itself, by way of nobody; when its page says so, it has told the services. */
export async function leaveProvider(page, provider) {
  await page.goto(`${provider}/session/end`);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByText('You are signed out here.').waitFor();
}

const atSignOut = (url) => url.pathname.startsWith('/session/end');

/** Signs out at the provider too, where its page asks, or stays signed in there; and waits until it has led back. */
export async function signOutAtProvider(page, answer = 'Sign out') {
  await page.waitForURL(atSignOut);
  await page.getByRole('button', { name: answer, exact: true }).click();
  await page.waitForURL((url) => !atSignOut(url));
}

// Starts the OpenID provider of tests/provider and fills in its pages. Any login name works there: `grace` and `linus`
// have verified addresses at corp.example, every other name has one at example.org.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const folder = path.resolve(import.meta.dirname, '../../provider');
const START_WITHIN = 90_000;
/** Name of the provider in routes and settings, and its label on the pages. */
export const idp = { name: 'idp', label: 'Harbour ID' };

/**
 * Starts a provider on a free port. `settings` configure a service to use it. With `remember`, it does not ask a user again
 * who has signed in there. `redirects` are callbacks that it allows beside those on loopback.
 */
export async function startProvider({ remember = false, redirects = [] } = {}) {
  const options = [...(remember ? ['--remember'] : []), ...redirects.flatMap((uri) => ['--redirect', uri])];
  const child = spawn(process.execPath, ['start.mjs', ...options], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (data) => (output += data));
  const ended = new Promise((done) => child.on('close', done));
  const line = await new Promise((done, fail) => {
    const fails = (why) =>
      fail(new Error(`the test provider ${why}; run npm ci in tests/provider\n${output}`));
    const late = setTimeout(fails, START_WITHIN, 'did not start in time');
    createInterface({ input: child.stdout }).once('line', (text) => {
      clearTimeout(late);
      done(text);
    });
    child.on('close', (code) => fails(`ended with ${code}`));
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

/** Waits for the login page of the provider. */
export async function waitForProviderLogin(page) {
  await page.waitForURL(atProvider);
}

/** Signs in at the provider and waits until it has redirected back. */
export async function signInAtProvider(page, login) {
  await waitForProviderLogin(page);
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=login]').press('Enter');
  await page.waitForURL((url) => !atProvider(url));
}

/** Cancels at the provider and waits until it has redirected back. */
export async function cancelAtProvider(page) {
  await page.waitForURL(atProvider);
  await page.getByRole('button', { name: /cancel/i }).click();
  await page.waitForURL((url) => !atProvider(url));
}

/** Returns the parameters of the authorization request that the provider shows, for example `prompt=login, max_age=31536000`. */
export async function requestedParams(page) {
  await page.waitForURL(atProvider);
  const line = page.getByText(/^Requested: /);
  return (await line.count()) ? (await line.innerText()).replace('Requested: ', '') : '';
}

/** Waits for a page of the provider and returns its origin. */
export async function providerOrigin(page) {
  await page.waitForURL(atProvider);
  return new URL(page.url()).origin;
}

/** Signs out at the provider without a client. The provider has sent the logout tokens when its page confirms this. */
export async function endProviderSession(page, provider) {
  await page.goto(`${provider}/session/end`);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByText('You are signed out.').waitFor();
}

const atProviderLogout = (url) => url.pathname.startsWith('/session/end');

/** Answers the logout question of the provider and waits until it has redirected back. */
export async function signOutAtProvider(page, answer = 'Sign out') {
  await page.waitForURL(atProviderLogout);
  await page.getByRole('button', { name: answer, exact: true }).click();
  await page.waitForURL((url) => !atProviderLogout(url));
}

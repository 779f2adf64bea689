// The results of the linking decision with a provider that is trusted for corp.example and example.org: linked at once,
// reclaimed by the owner of the address, or refused. (Confirmation: account-linking.test.mjs; other errors:
// errors.test.mjs.)
import assert from 'node:assert/strict';
import { ada, createFixture, userLike } from '../../harness/fixture.mjs';
import { on, signIn, waitForDashboard, waitForSignInPage, openSection } from '../../harness/pages.mjs';
import { idp, signInAtProvider } from '../../harness/provider.mjs';

/** Returns a user whose address the provider verifies: it has one at example.org for every login name. */
const userAtProvider = (name, more = {}) =>
  userLike(ada, name, { email: `${name}@example.org`, displayName: name, ...more });
const sam = userAtProvider('sam');
const root = userAtProvider('root', { roles: 'admin' });
const twins = ['tess', 'tessa'].map((name) =>
  userAtProvider(name, { email: 'tess@example.org', emailVerified: false }),
);
const fixture = createFixture({
  users: [sam, root, ...twins],
  federated: true,
  settings: { VESTIBULE_PROVIDER_IDP_TRUSTED_DOMAINS: 'corp.example,example.org' },
});

async function signInWithProvider(page, login) {
  await page.goto('/login');
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, login);
}

const region = (page, name) => page.getByRole('region', { name }).innerText();

async function errorText(page, code) {
  await page.waitForURL((url) => url.pathname === '/login' && url.searchParams.get('error') === code);
  await waitForSignInPage(page);
  const text = await on(page).alert.first().innerText();
  assert.ok(text.includes(new URL(page.url()).searchParams.get('trace')), `the ID is shown: ${text}`);
  return text;
}

fixture.test('an address that both sides verified links at once', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signInWithProvider(page, 'sam');
  await waitForDashboard(page);
  assert.match(await region(page, 'Profile'), /User name\s+sam/);
  assert.match(await region(page, 'This session'), new RegExp(`Signed in with\\s+${idp.label}`));
  await openSection(page, 'Security');
  await on(page).unlinkProvider(idp.label).waitFor();
  const methods = await region(page, 'Sign-in methods');
  assert.match(methods, /Password/);
  assert.match(methods, new RegExp(idp.label));
  const { page: elsewhere } = await newBrowser();
  await signIn(elsewhere, sam);
});

fixture.test(
  'an administrator must confirm the link also with a verified address',
  async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await signInWithProvider(page, 'root');
    await page.waitForURL('**/link*');
    assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
  },
);

fixture.test('an address of two accounts links neither', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signInWithProvider(page, 'tess');
  assert.match(await errorText(page, 'link_ambiguous'), /More than one account matches/);
});

fixture.test(
  'the owner of an address reclaims it, and the attacker loses session and identity',
  async ({ newBrowser }) => {
    const { page: attacker } = await newBrowser();
    await signInWithProvider(attacker, 'mallory');
    await waitForDashboard(attacker);
    assert.match(await region(attacker, 'Profile'), /linus@corp\.example\s+not verified/);

    const { page } = await newBrowser();
    await signInWithProvider(page, 'linus');
    await waitForDashboard(page);
    const about = await region(page, 'Profile');
    assert.match(about, /Linus at Corp/);
    assert.match(about, /linus@corp\.example\s+verified/);
    await openSection(page, 'Security');
    await on(page).unlinkProvider(idp.label).waitFor();
    assert.doesNotMatch(await region(page, 'Sign-in methods'), /mallory/i);

    await attacker.reload();
    await waitForSignInPage(attacker);
    await signInWithProvider(attacker, 'mallory');
    assert.match(await errorText(attacker, 'identity_unlinked'), /unlinked from your account/);
  },
);

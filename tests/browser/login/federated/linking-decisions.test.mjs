// What the merge decision comes to, as users see it, at a provider whose word counts for corp.example and example.org: linked
// at once, taken back from a squatter, or left to the administrator. (Proof and confirmation: link.test.mjs; the other
// refusals: refused.test.mjs.)
import assert from 'node:assert/strict';
import { ada, userLike, createFixture } from '../../harness/fixture.mjs';
import { waitForDashboard, on, signIn, waitForSignInPage } from '../../harness/pages.mjs';
import { signInAtProvider, idp } from '../../harness/provider.mjs';

/** Somebody whose address the provider has too, as it has one at example.org for every name. */
const alsoThere = (name, more = {}) =>
  userLike(ada, name, { email: `${name}@example.org`, displayName: name, ...more });
const sam = alsoThere('sam');
const root = alsoThere('root', { roles: 'admin' });
const twins = ['tess', 'tessa'].map((name) =>
  alsoThere(name, { email: 'tess@example.org', emailVerified: false }),
);
const fixture = createFixture({
  users: [sam, root, ...twins],
  federated: true,
  settings: { VESTIBULE_PROVIDER_IDP_TRUSTED_DOMAINS: 'corp.example,example.org' },
});

async function through(page, login) {
  await page.goto('/login');
  await on(page).providerLink(idp.label).click();
  await signInAtProvider(page, login);
}

const region = (page, name) => page.getByRole('region', { name }).innerText();

async function refused(page, code) {
  await page.waitForURL((url) => url.pathname === '/login' && url.searchParams.get('error') === code);
  await waitForSignInPage(page);
  const said = await on(page).alert.first().innerText();
  assert.ok(said.includes(new URL(page.url()).searchParams.get('trace')), `the number is shown: ${said}`);
  return said;
}

fixture.test(
  'an address that is verified on both sides leads straight into the account',
  async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await through(page, 'sam');
    await waitForDashboard(page);
    assert.match(await region(page, 'About you'), /User name\s+sam/);
    assert.match(await region(page, 'This session'), new RegExp(`Through ${idp.label}`));
    await on(page).unlinkProvider(idp.label).waitFor();
    const ways = await region(page, 'Ways to sign in');
    assert.match(ways, /Password/);
    assert.match(ways, new RegExp(idp.label));
    const { page: elsewhere } = await newBrowser();
    await signIn(elsewhere, sam);
  },
);

fixture.test('an administrator is asked for a proof even so', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  await through(page, 'root');
  await page.waitForURL('**/link*');
  assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
});

fixture.test(
  'an address that two accounts show is a question for the administrator',
  async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await through(page, 'tess');
    assert.match(await refused(page, 'link_ambiguous'), /More than one account could be meant/);
  },
);

fixture.test(
  'the owner of an address gets it back from a squatter, who is out at once and for good',
  async ({ newBrowser }) => {
    const { page: squatter } = await newBrowser();
    await through(squatter, 'mallory');
    await waitForDashboard(squatter);
    assert.match(await region(squatter, 'About you'), /linus@corp\.example\s+not verified/);

    const { page } = await newBrowser();
    await through(page, 'linus');
    await waitForDashboard(page);
    const about = await region(page, 'About you');
    assert.match(about, /Linus at Corp/);
    assert.match(about, /linus@corp\.example\s+verified/);
    assert.doesNotMatch(await region(page, 'Ways to sign in'), /mallory/i);

    await squatter.reload();
    await waitForSignInPage(squatter);
    await through(squatter, 'mallory');
    assert.match(await refused(squatter, 'identity_unlinked'), /removed from the account/);
  },
);

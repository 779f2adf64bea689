// What the merge decision comes to, as people see it, at a provider whose word counts for corp.example and example.org: linked
// at once, taken back from a squatter, or left to the administrator. (Proof and confirmation: link.test.mjs; the other
// refusals: refused.test.mjs.)
import assert from 'node:assert/strict';
import { ada, like, open } from '../harness/house.mjs';
import { dashboard, on, signIn, signInPage } from '../harness/pages.mjs';
import { beAtProvider, idp } from '../harness/provider.mjs';

/** Somebody whose address the provider has too, as it has one at example.org for every name. */
const alsoThere = (name, more = {}) =>
  like(ada, name, { email: `${name}@example.org`, displayName: name, ...more });
const sam = alsoThere('sam');
const root = alsoThere('root', { roles: 'admin' });
const twins = ['tess', 'tessa'].map((name) =>
  alsoThere(name, { email: 'tess@example.org', emailVerified: false }),
);
const house = open({
  people: [sam, root, ...twins],
  federated: true,
  settings: { VESTIBULE_PROVIDER_IDP_TRUSTED_DOMAINS: 'corp.example,example.org' },
});

async function through(page, login) {
  await page.goto('/login');
  await on(page).door(idp.label).click();
  await beAtProvider(page, login);
}

const region = (page, name) => page.getByRole('region', { name }).innerText();

async function refused(page, code) {
  await page.waitForURL((url) => url.pathname === '/login' && url.searchParams.get('error') === code);
  await signInPage(page);
  const said = await on(page).alert.first().innerText();
  assert.ok(said.includes(new URL(page.url()).searchParams.get('trace')), `the number is shown: ${said}`);
  return said;
}

house.test('an address that is verified on both sides leads straight into the account', async ({ visit }) => {
  const { page } = await visit();
  await through(page, 'sam');
  await dashboard(page);
  assert.match(await region(page, 'About you'), /User name\s+sam/);
  assert.match(await region(page, 'This session'), new RegExp(`Through ${idp.label}`));
  await on(page).disconnect(idp.label).waitFor();
  const ways = await region(page, 'Ways to sign in');
  assert.match(ways, /Password/);
  assert.match(ways, new RegExp(idp.label));
  const { page: elsewhere } = await visit();
  await signIn(elsewhere, sam);
});

house.test('an administrator is asked for a proof even so', async ({ visit }) => {
  const { page, context } = await visit();
  await through(page, 'root');
  await page.waitForURL('**/link*');
  assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
});

house.test('an address that two accounts show is a question for the administrator', async ({ visit }) => {
  const { page } = await visit();
  await through(page, 'tess');
  assert.match(await refused(page, 'link_ambiguous'), /More than one account could be meant/);
});

house.test(
  'the owner of an address gets it back from a squatter, who is out at once and for good',
  async ({ visit }) => {
    const { page: squatter } = await visit();
    await through(squatter, 'mallory');
    await dashboard(squatter);
    assert.match(await region(squatter, 'About you'), /linus@corp\.example\s+not verified/);

    const { page } = await visit();
    await through(page, 'linus');
    await dashboard(page);
    const about = await region(page, 'About you');
    assert.match(about, /Linus at Corp/);
    assert.match(about, /linus@corp\.example\s+verified/);
    assert.doesNotMatch(await region(page, 'Ways to sign in'), /mallory/i);

    await squatter.reload();
    await signInPage(squatter);
    await through(squatter, 'mallory');
    assert.match(await refused(squatter, 'identity_unlinked'), /removed from the account/);
  },
);

// The provider knows somebody by the address of an account that is here already: proof of that account, then confirmation.
import assert from 'node:assert/strict';
import { assertAccessible, assertNoSidewaysScroll, picture } from '../harness/browser.mjs';
import { ada, like, open } from '../harness/house.mjs';
import {
  confirmation,
  dashboard,
  enterCode,
  fillSignIn,
  localProof,
  on,
  secondFactor,
  signIn,
  signInPage,
} from '../harness/pages.mjs';
import { beAtProvider, idp } from '../harness/provider.mjs';
import { Authenticator } from '../harness/totp.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const linus = like(ada, 'linus', { displayName: 'Linus' });
/** Somebody whose address the provider has too, as it has one at example.org for every name. */
const alsoThere = (name, more = {}) =>
  like(ada, name, { email: `${name}@example.org`, displayName: name, ...more });
const niamh = alsoThere('niamh', { totpSecret: key });
const [orla, paula, quinn, rosa] = ['orla', 'paula', 'quinn', 'rosa'].map((name) => alsoThere(name));
const house = open({ people: [ada, linus, niamh, orla, paula, quinn, rosa], federated: true });

/** From the sign-in page through the provider to the page that asks for the local proof. */
async function comeToProof(page, login, from = '/login') {
  await page.goto(from);
  await on(page).door(idp.label).click();
  await beAtProvider(page, login);
  await localProof(page);
}

const identities = async ({ context }) =>
  (await (await context.request.get('/api/auth/me')).json()).identities;

house.test('linus proves his account, confirms, and comes where he was going', async ({ visit }) => {
  const visitor = await visit();
  const { page } = visitor;
  await comeToProof(page, 'linus', '/login?returnTo=%2F%3Ftab%3Ddevices');
  await page.getByText('linus@corp.example').first().waitFor();
  assert.equal(await on(page).door(idp.label).count(), 0, 'the same door would lead in a circle');
  const { trace } = await (await visitor.context.request.get('/api/auth/link')).json();
  assert.match(trace, /^[0-9a-f-]{36}$/);
  await page.getByText(`ask your administrator, and give them this number: ${trace}`).waitFor();
  await on(page).copyNumber.waitFor();
  await look(page, 'link-proof');
  await fillSignIn(page, linus);
  await confirmation(page);
  assert.deepEqual(await identities(visitor), [], 'signing in alone links nothing');
  await look(page, 'link-confirm');
  await on(page).confirmLink.click();
  await dashboard(page);
  assert.equal(new URL(page.url()).search, '?tab=devices');
  await page.getByText(`${idp.label} is now linked to your account.`).waitFor();
  const ways = page.getByRole('region', { name: 'Ways to sign in' });
  await ways.getByText(idp.label).first().waitFor();
  await ways.getByText('Password', { exact: true }).waitFor();

  // From now on the provider opens the same account.
  const { page: elsewhere } = await visit();
  await elsewhere.goto('/login');
  await on(elsewhere).door(idp.label).click();
  await beAtProvider(elsewhere, 'linus');
  await dashboard(elsewhere);
  assert.match(await elsewhere.getByRole('region', { name: 'About you' }).innerText(), /\blinus\b/);
  assert.match(await elsewhere.getByRole('region', { name: 'This session' }).innerText(), /Harbour ID/);
});

house.test('the second factor of the account belongs to the proof', async ({ visit }) => {
  const visitor = await visit();
  const { page } = visitor;
  await comeToProof(page, 'niamh');
  await fillSignIn(page, niamh);
  await secondFactor(page);
  await enterCode(page, await new Authenticator(key).code());
  await confirmation(page);
  await on(page).confirmLink.click();
  await dashboard(page);
  assert.equal((await identities(visitor)).length, 1);
});

house.test('a wrong password links nothing, and the page stays', async ({ visit }) => {
  const { page } = await visit();
  await comeToProof(page, 'orla');
  await fillSignIn(page, { ...orla, password: 'not hers at all' });
  await on(page).alert.waitFor();
  await localProof(page);
});

house.test('who cancels has an account as it was', async ({ visit }) => {
  const visitor = await visit();
  const { page } = visitor;
  await comeToProof(page, 'paula');
  await on(page).cancel.click();
  await signInPage(page);
  await signIn(page, paula);
  assert.deepEqual(await identities(visitor), []);
  await page.goto('/link');
  await on(page).heading.filter({ hasText: 'Nothing to link' }).waitFor();
});

house.test('somebody else is told so, and can sign in as the right one', async ({ visit }) => {
  const visitor = await visit();
  const { page } = visitor;
  await comeToProof(page, 'quinn');
  await fillSignIn(page, ada);
  await confirmation(page);
  await on(page).confirmLink.click();
  await on(page).alert.filter({ hasText: 'another account' }).waitFor();
  assert.deepEqual(await identities(visitor), []);
  await on(page).signInAgain.click();
  await localProof(page);
  await fillSignIn(page, quinn);
  await confirmation(page);
  await on(page).confirmLink.click();
  await dashboard(page);
  assert.equal((await identities(visitor)).length, 1);
});

house.test('a link waits in the browser it was begun in, and in no other', async ({ visit }) => {
  const { page } = await visit();
  await comeToProof(page, 'rosa');
  const { page: elsewhere } = await visit();
  await signIn(elsewhere, rosa);
  await elsewhere.goto(new URL(page.url()).pathname);
  await on(elsewhere).heading.filter({ hasText: 'Nothing to link' }).waitFor();
});

async function look(page, name) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `${name}, ${colorScheme}`);
    await picture(page, `${name}-${colorScheme}`);
  }
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  await assertNoSidewaysScroll(page, name);
  await page.setViewportSize(before);
}

// What changes who gets in wants a proof of the last minutes: asked for in place, by what the person has, and then it goes on.
import assert from 'node:assert/strict';
import { assertAccessible, desktop, phone, picture } from '../harness/browser.mjs';
import { ada, like, open } from '../harness/house.mjs';
import {
  confirmation,
  dashboard,
  enterCode,
  fillSignIn,
  localProof,
  on,
  signIn,
  signInWithCode,
} from '../harness/pages.mjs';
import { ageProofs } from '../harness/proofs.mjs';
import { askedFor, beAtProvider, idp } from '../harness/provider.mjs';
import { Authenticator } from '../harness/totp.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const [agnes, beryl, clara] = ['agnes', 'beryl', 'clara'].map((name) => like(ada, name));
const dora = like(ada, 'dora', { totpSecret: key });
const edith = like(ada, 'edith', { email: 'edith@example.org' });
const house = open({ people: [agnes, beryl, clara, dora, edith], federated: true, store: 'mongodb' });

const sessionId = async ({ cookie }) => (await cookie('vestibule')).value;
const focused = (locator) => locator.evaluate((element) => element.contains(document.activeElement));

/** Types the password into the dialog, and sends it with the keyboard. */
async function prove(page, password) {
  await on(page).proof.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
}

house.test(
  'by the password: a wrong one is told in place, the right one goes on by itself',
  async ({ visit, store }) => {
    const visitor = await visit();
    const { page } = visitor;
    await signIn(page, agnes);
    await ageProofs(store);
    const before = await sessionId(visitor);
    await on(page).connect(idp.label).click();
    await on(page).proof.waitFor();
    assert.ok(await focused(on(page).proof.getByLabel('Password')));
    await look(page, 'proof-password');
    await prove(page, 'not hers at all');
    await on(page).proof.getByRole('alert').filter({ hasText: 'password is not right' }).waitFor();
    assert.ok(await focused(on(page).proof.getByLabel('Password')));
    assert.equal(await sessionId(visitor), before);
    await prove(page, agnes.password);
    await beAtProvider(page, 'agnes-there');
    await on(page).disconnect(idp.label).waitFor();
    assert.notEqual(await sessionId(visitor), before, 'a proof gives the session a new id');
  },
);

house.test('who gives up with Escape has gained and lost nothing', async ({ visit, store }) => {
  const visitor = await visit();
  const { page } = visitor;
  await signIn(page, beryl);
  await ageProofs(store);
  const before = await sessionId(visitor);
  for (const giveUp of [() => page.keyboard.press('Escape'), () => on(page).cancel.click()]) {
    await on(page).connect(idp.label).click();
    await on(page).proof.waitFor();
    await giveUp();
    await on(page).proof.waitFor({ state: 'detached' });
    assert.ok(await focused(on(page).connect(idp.label)), 'the keyboard is where it was');
  }
  assert.equal(await sessionId(visitor), before);
  await dashboard(page);
  assert.equal(await on(page).alert.count(), 0);
});

house.test(
  'by the code where there is an authenticator app, and by nothing else',
  async ({ visit, store }) => {
    const visitor = await visit();
    const { page } = visitor;
    const authenticator = new Authenticator(key);
    await signInWithCode(page, dora, authenticator);
    await ageProofs(store);
    await on(page).goToSetUp.click();
    await on(page).setUp.click();
    await on(page).proof.waitFor();
    assert.equal(await on(page).proof.getByLabel('Password').count(), 0);
    assert.equal(await on(page).proofThrough(idp.label).count(), 0);
    await look(page, 'proof-code');
    await enterCode(page, authenticator.wrongCode());
    await on(page).proof.getByRole('alert').filter({ hasText: 'code is not right' }).waitFor();
    await enterCode(page, await authenticator.code());
    await on(page).key.waitFor();
  },
);

house.test(
  'by the provider for who has nothing else: it is told to ask, and the page goes on',
  async ({ visit, store }) => {
    const visitor = await visit();
    const { page } = visitor;
    await page.goto('/login');
    await on(page).door(idp.label).click();
    await beAtProvider(page, 'fern');
    await dashboard(page);
    await ageProofs(store);
    const before = await sessionId(visitor);
    await on(page).goToSetUp.click();
    await on(page).setUp.click();
    await on(page).proof.waitFor();
    assert.equal(await on(page).proof.getByLabel('Password').count(), 0);
    await on(page).proofThrough(idp.label).waitFor();
    await look(page, 'proof-provider');
    await on(page).proofThrough(idp.label).click();
    assert.match(await askedFor(page), /prompt=login/);
    await beAtProvider(page, 'fern');
    await page.getByText('Confirmed. Go on with what you have begun.').waitFor();
    await page.waitForURL((url) => url.pathname === '/mfa-setup' && url.search === '');
    assert.notEqual(await sessionId(visitor), before);
    await on(page).setUp.click();
    await on(page).key.waitFor();
  },
);

house.test('another person at the provider proves nothing', async ({ visit, store }) => {
  const { page } = await visit();
  await page.goto('/login');
  await on(page).door(idp.label).click();
  await beAtProvider(page, 'gwen');
  await dashboard(page);
  await ageProofs(store);
  await page.goto('/mfa-setup');
  await on(page).setUp.click();
  await on(page).proofThrough(idp.label).click();
  await beAtProvider(page, 'hazel');
  // Whoever takes gwen's place at the provider signs her out there, and the provider says so: she is out here, too.
  await page.waitForURL((url) => url.searchParams.get('error') === 'reauthentication_refused');
  await on(page).alert.waitFor();
  assert.match(await on(page).alert.innerText(), /used another account there/);
  await page.goto('/mfa-setup');
  await page.waitForURL((url) => url.pathname === '/login');
});

house.test(
  'a question that was put before the way to the provider is put again',
  async ({ visit, store }) => {
    const visitor = await visit();
    const { page, context } = visitor;
    await signIn(page, clara);
    await on(page).connect(idp.label).click();
    await beAtProvider(page, 'clara-there');
    await on(page).disconnect(idp.label).waitFor();
    await ageProofs(store);
    await on(page).disconnect(idp.label).click();
    await on(page).reallyDisconnect.click();
    await on(page).proofThrough(idp.label).click();
    await beAtProvider(page, 'clara-there');
    await page.getByText('Confirmed. Go on with what you have begun.').waitFor();
    await page.waitForURL((url) => url.pathname === '/' && url.search === '');
    await on(page).reallyDisconnect.waitFor();
    assert.equal((await (await context.request.get('/api/auth/me')).json()).identities.length, 1);
    await on(page).reallyDisconnect.click();
    await page.getByText(`${idp.label} is disconnected.`).waitFor();
  },
);

house.test('a link that waits is confirmed after it', async ({ visit, store }) => {
  const { page } = await visit();
  await page.goto('/login');
  await on(page).door(idp.label).click();
  await beAtProvider(page, 'edith');
  await localProof(page);
  await fillSignIn(page, edith);
  await confirmation(page);
  await ageProofs(store);
  await on(page).confirmLink.click();
  await on(page).proof.waitFor();
  await prove(page, edith.password);
  await dashboard(page);
  await page.getByText(`${idp.label} is now linked to your account.`).waitFor();
});

house.test('the question goes with the session it was put to', async ({ visit, store }) => {
  const { page, newTab } = await visit();
  await signIn(page, beryl);
  await ageProofs(store);
  await on(page).connect(idp.label).click();
  await on(page).proof.waitFor();
  const other = await newTab();
  await other.goto('/');
  await dashboard(other);
  await on(other).signOut.click();
  await page.waitForURL('**/login*');
  await on(page).proof.waitFor({ state: 'detached' });
  assert.ok(await on(page).userName.isVisible());
});

/** Light and dark, on a desk and on a phone. */
async function look(page, name) {
  for (const [screen, viewport] of Object.entries({ desktop, phone })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page, `${name}, ${screen}, ${colorScheme}`);
      await picture(page, `${name}-${screen}-${colorScheme}`);
    }
  }
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  const [wide, shown] = await on(page).proof.evaluate((dialog) => [dialog.scrollWidth, dialog.clientWidth]);
  assert.ok(wide <= shown, `${name} with large text is ${wide} px wide in a dialog of ${shown} px`);
  await picture(page, `${name}-phone-large-text`);
  await page.evaluate(() => (document.documentElement.style.fontSize = ''));
  await page.setViewportSize(desktop);
}

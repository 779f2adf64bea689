// Export of the data of a user, and deletion of the account.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { checkAppearance } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import { on, openSection, signIn, waitForDashboard, waitForSignInPage } from '../harness/pages.mjs';
import { ageAuthentication } from '../harness/session-age.mjs';

const [agnes, beryl] = ['agnes', 'beryl'].map((name) => userLike(ada, name));
const fixture = createFixture({ users: [agnes, beryl], store: 'mongodb' });
const refused = createFixture({ users: [agnes], settings: { VESTIBULE_ACCOUNT_DELETION: 'false' } });

const press = (scope, name) => scope.getByRole('button', { name, exact: true }).click();
const me = async ({ context }) => (await context.request.get('/api/auth/me')).json();

fixture.test(
  'the data are downloaded as JSON without secrets, after a recent proof',
  async ({ newBrowser, store }) => {
    const { page } = await newBrowser();
    await signIn(page, agnes);
    await openSection(page, 'Your data');
    await ageAuthentication(store);
    const download = page.waitForEvent('download');
    await press(page, 'Download');
    await on(page).reauthentication.getByLabel('Password').fill(agnes.password);
    await page.keyboard.press('Enter');
    const file = await download;
    assert.match(file.suggestedFilename(), /^account-\d{4}-\d\d-\d\d\.json$/);
    const text = await readFile(await file.path(), 'utf8');
    assert.ok(JSON.parse(text));
    assert.match(text, /agnes@corp\.example/);
    assert.doesNotMatch(text, /\$argon2|\$2[aby]\$|"hash"/);
  },
);

fixture.test('an account is deleted after 7 days, and its user can keep it', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await signIn(page, beryl);
  const { page: elsewhere } = await newBrowser();
  await signIn(elsewhere, beryl);
  await openSection(page, 'Your data');
  await press(page, 'Delete account');
  const phrase = page.getByLabel(/^To confirm, type/);
  await phrase.fill('Beryl');
  await press(page, 'Delete my account');
  await page.getByText(/Type exactly/).waitFor();
  await checkAppearance(page, 'account-delete');
  await phrase.fill('beryl');
  await press(page, 'Delete my account');
  const banner = page.getByRole('region', { name: 'Deletion of your account' });
  await banner.waitFor();
  await waitForSignInPage(elsewhere);
  const days = (Date.parse((await me(browser)).deletionAt) - Date.now()) / 86_400_000;
  assert.ok(days > 6.9 && days <= 7, `${days} days`);
  await checkAppearance(page, 'account-deletion-requested');
  for (const section of ['Profile', 'Security', 'Sessions', 'Activity']) {
    await page
      .getByRole('navigation', { name: 'Account sections' })
      .getByRole('link', { name: section })
      .click();
    await banner.getByRole('button', { name: 'Keep my account' }).waitFor();
  }
  // Sign-in stays possible, and any account page offers to keep the account.
  await signIn(elsewhere, beryl);
  await press(elsewhere, 'Keep my account');
  await elsewhere.getByText('Your account is kept.').waitFor();
  assert.equal((await me(browser)).deletionAt, null);
  await page.reload();
  await waitForDashboard(page);
  assert.equal(await banner.count(), 0);
});

refused.test('the deletion is not offered where the operator forbids it', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, agnes);
  await openSection(page, 'Your data');
  await page.getByRole('heading', { name: 'Export your data' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Delete account' }).count(), 0);
});

// The activity of an account, and the report that the user did not cause it.
import assert from 'node:assert/strict';
import { checkAppearance } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import {
  fillSignIn,
  on,
  openSection,
  signIn,
  waitForDashboard,
  waitForSignInPage,
} from '../harness/pages.mjs';

const [agnes, beryl] = ['agnes', 'beryl'].map((name) => userLike(ada, name));
const fixture = createFixture({ users: [agnes, beryl] });

const list = (page) => page.getByRole('region', { name: 'Recent activity' });
const press = (scope, name) => scope.getByRole('button', { name, exact: true }).click();

fixture.test('sign-ins, refusals and changes are shown in plain words', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login');
  await fillSignIn(page, { ...agnes, password: 'not hers at all' });
  await on(page).alert.waitFor();
  await fillSignIn(page, agnes);
  await waitForDashboard(page);
  await press(page, 'Change name');
  await page.getByRole('textbox', { name: 'Name' }).fill('Agnes of the harbour');
  await page.keyboard.press('Enter');
  await page.getByText('Agnes of the harbour').waitFor();
  await openSection(page, 'Activity');
  await list(page).getByRole('listitem').nth(2).waitFor();
  const [changed, accepted, refused] = await list(page).getByRole('listitem').allInnerTexts();
  assert.match(changed, /^Profile changed\n/);
  assert.match(accepted, /^Correct password entered at a sign-in\n/);
  assert.match(refused, /^Sign-in with the password refused: wrong password\n/);
  assert.match(refused, /\nChrome on Linux\n/);
  assert.match(refused, /Network address: .?127\.0\.0\.1/);
  assert.doesNotMatch(refused, /This was not me/);
  await checkAppearance(page, 'account-activity');
});

fixture.test('older entries are added page by page', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, agnes);
  for (let n = 0; n < 12; n++) {
    await on(page).signOut.click();
    await waitForSignInPage(page);
    await fillSignIn(page, agnes);
    await waitForDashboard(page);
  }
  await openSection(page, 'Activity');
  const entries = list(page).getByRole('listitem');
  await entries.nth(19).waitFor();
  assert.equal(await entries.count(), 20);
  await press(list(page), 'Show older activity');
  await list(page)
    .getByText(/more entries are shown/)
    .waitFor();
  assert.ok((await entries.count()) > 20);
  const texts = await entries.allInnerTexts();
  assert.match(texts.at(-1), /Account created/, 'the oldest entry is the last one');
});

fixture.test('"this was not me" ends all sessions and requires a new password', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, beryl);
  const { page: elsewhere } = await newBrowser();
  await signIn(elsewhere, beryl);
  await openSection(page, 'Activity');
  const report = page.getByRole('button', { name: /^This was not me: Correct password/ }).first();
  await report.click();
  const question = page.getByRole('group', { name: /^Report that this was not you/ });
  assert.match(await question.innerText(), /All your sessions end, this one too/);
  await checkAppearance(page, 'account-not-me');
  await press(question, 'Cancel');
  await report.click();
  await press(question, 'This was not me');
  await waitForSignInPage(page);
  await waitForSignInPage(elsewhere);
  await on(page).userName.waitFor();
  await fillSignIn(page, beryl);
  await page.waitForURL('**/change-password*');
  await page.getByText('Your account needs a new password').waitFor();
  await page.getByLabel('New password', { exact: true }).fill('nineteen herons beside the canal');
  await press(page, 'Save the new password');
  await press(page, 'Continue');
  await waitForDashboard(page);
});

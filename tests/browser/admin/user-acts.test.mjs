// The console: every act on a user, new users, sessions and merges.
import assert from 'node:assert/strict';
import { assertAccessible, eventually } from '../harness/browser.mjs';
import {
  act,
  barbara,
  confirm,
  dialog,
  done,
  edsger,
  grace,
  linus,
  members,
  openUser,
  reason,
  rows,
  search,
} from '../harness/console-users.mjs';
import { administrator, checkConsolePage, goTo, openConsole, request } from '../harness/console.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { on, signIn } from '../harness/pages.mjs';

/** One administrator for each test: a code signs in once. */
const roots = Array.from({ length: 12 }, (_, n) => administrator(`root-${n}`));
const security = administrator('security', 'admin:security');
const fixture = createFixture({
  users: [...roots, security, grace, linus, edsger, barbara, ...members],
});

fixture.test(
  'an act says the consequences, needs a reason, and the event keeps it',
  async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openConsole(page, roots[3], '/users');
    await openUser(page, 'grace');
    await page.getByText('This user can sign in.').waitFor();
    await act(page, 'Disable').click();
    await dialog(page).getByText('the user cannot sign in until the account is enabled').waitFor();
    await assertAccessible(page, 'the dialog of an act');
    await dialog(page).getByRole('button', { name: 'Disable' }).click();
    await dialog(page).getByText('Enter a reason.').waitFor();
    await eventually('the focus is at the field', () =>
      reason(page).evaluate((field) => field === document.activeElement),
    );
    await confirm(page, 'Disable');
    await done(page, 'The account is disabled.');
    await page.getByText('This user cannot sign in: the account is disabled.').waitFor();
    const events = page.getByRole('region', { name: 'Audit events' });
    await events.getByText('Ticket 4711').waitFor();
    await act(page, 'Enable').click();
    await confirm(page, 'Enable');
    await done(page, 'The account is enabled.');
    await page.getByText('This user can sign in.').waitFor();
  },
);

fixture.test('a change of another administrator is shown before the act', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await openConsole(page, roots[4], '/users');
  const id = await openUser(page, 'linus');
  const changed = await request(page, 'PATCH', `/users/${id}`, { displayName: 'Linus II', reason: 'test' });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  await act(page, 'Disable').click();
  await confirm(page, 'Disable');
  await dialog(page).getByRole('button', { name: 'Load the current state' }).click();
  await page.getByText(/Name: before .*linus of the tests.*now .*Linus II/).waitFor();
  await act(page, 'Disable').click();
  await confirm(page, 'Disable');
  await done(page, 'The account is disabled.');
});

fixture.test('profile and roles are edited, and an error is at its field', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await openConsole(page, roots[5], '/users');
  await openUser(page, 'edsger');
  await act(page, 'Edit profile and roles').click();
  await dialog(page).getByLabel('Name', { exact: true }).fill('Edsger D.');
  await dialog(page).getByLabel('Roles assigned here').fill('editor, author');
  await confirm(page, 'Save');
  await done(page, 'The profile was changed.');
  await on(page).heading.filter({ hasText: 'Edsger D.' }).waitFor();
  await page.getByText('editor, author').first().waitFor();
  await act(page, 'Edit profile and roles').click();
  await dialog(page).getByLabel('User name').fill('grace');
  await confirm(page, 'Save');
  await on(page).alert.first().waitFor();
  assert.equal(await dialog(page).getByLabel('User name').getAttribute('aria-invalid'), 'true');
});

fixture.test('a user is deleted only after the user name was typed', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await openConsole(page, roots[7], '/users');
  await openUser(page, 'member-119');
  await act(page, 'Delete').click();
  await dialog(page)
    .getByLabel(/^To confirm, type/)
    .fill('member-118');
  await confirm(page, 'Delete');
  await dialog(page).getByText('Type exactly').waitFor();
  await dialog(page)
    .getByLabel(/^To confirm, type/)
    .fill('member-119');
  await confirm(page, 'Delete');
  await page.waitForURL('**/vestibule/admin/users');
  await done(page, 'The user was deleted.');
  await search(page).fill('member-119');
  await page.getByText('No user matches.').waitFor();
});

fixture.test('a link for a new password is shown once', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await openConsole(page, roots[8], '/users');
  await openUser(page, 'barbara');
  await act(page, 'Reset the password').click();
  await dialog(page).getByLabel('Show me a link to hand over').check();
  await confirm(page, 'Reset the password');
  await done(page, 'The password was reset.');
  const link = await page.getByText(/reset-password/).innerText();
  const visitor = await newBrowser();
  await visitor.page.goto(link.trim());
  await on(visitor.page).heading.waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Profile' }).waitFor();
  assert.equal(await page.getByText(/reset-password/).count(), 0);
});

fixture.test('a user is created with a password that is shown once', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await openConsole(page, roots[9], '/users/new');
  const submit = page.getByRole('button', { name: 'Create the user' });
  await submit.click();
  await page.getByText('Fill in this field.').waitFor();
  await page.getByText('An invitation by mail needs an address.').waitFor();
  await checkConsolePage(page, 'admin-create-user', () => page.locator('fieldset').waitFor());
  await goTo(page, '/users/new');
  await page.getByLabel('User name').fill('grace');
  await page.getByLabel('Generate a password, which the user must change').check();
  await page.getByLabel('Reason').fill('New colleague');
  await submit.click();
  await page.getByText('Another user has this value.').waitFor();
  await page.getByLabel('User name').fill('margaret');
  await submit.click();
  await page.getByText('was created.').waitFor();
  const password = (await page.locator('main code').innerText()).trim();
  const visitor = await newBrowser();
  await visitor.page.goto('/login');
  await on(visitor.page).userName.fill('margaret');
  await on(visitor.page).password.fill(password);
  await on(visitor.page).signIn.click();
  await visitor.page.waitForURL('**/change-password*');
});

fixture.test('a session is ended in the list of all sessions', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  const victim = await newBrowser();
  await signIn(victim.page, edsger);
  await openConsole(page, security, '/sessions');
  await checkConsolePage(page, 'admin-sessions', () => rows(page).first().waitFor());
  await page
    .getByRole('button', { name: /^End the session of .?Edsger/i })
    .first()
    .click();
  await confirm(page, 'End');
  await done(page, 'The session has ended.');
  await victim.page.waitForURL('**/login*');
});

fixture.test('two users are merged after a preview, and the merge is undone', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await openConsole(page, roots[10], '/users');
  const former = await openUser(page, 'member-010');
  await page.getByRole('link', { name: 'Merge into another user' }).click();
  await page.getByRole('searchbox', { name: 'Search the account that stays' }).fill('member-011');
  await page.getByRole('link', { name: /^Choose.*Member 11/ }).click();
  await page.getByRole('table', { name: 'What the merge changes' }).waitFor();
  await checkConsolePage(page, 'admin-merge', () => page.getByRole('table').waitFor());
  await page.getByRole('button', { name: 'Merge' }).click();
  await confirm(page, 'Merge');
  await done(page, 'The users were merged.');
  await on(page).heading.filter({ hasText: 'Member 11' }).waitFor();
  await goTo(page, `/users/${former}`);
  await on(page).heading.filter({ hasText: 'Member 11' }).waitFor();
  await page.getByText(/The account .*was merged into this one/).waitFor();
  await goTo(page, '/users/merges');
  await page.getByRole('button', { name: /^Undo the merge of/ }).click();
  await dialog(page).getByRole('table').waitFor();
  await confirm(page, 'Undo');
  await done(page, 'The merge was undone.');
  await openUser(page, 'member-010');
});
const root = administrator('root');
const alone = createFixture({ users: [root, ada] });

alone.test('the last administrator stays', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await openConsole(page, root, '/users');
  await openUser(page, 'root');
  await page.getByText('This is your own account').waitFor();
  assert.equal(await act(page, 'Disable').count(), 0);
  await act(page, 'Edit profile and roles').click();
  await dialog(page).getByLabel('Roles assigned here').fill('');
  await confirm(page, 'Save');
  await dialog(page).getByText('This is the last active administrator. Nothing was done.').waitFor();
});

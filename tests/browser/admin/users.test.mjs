// The console: the list of users and the page of one user, with every act.
import assert from 'node:assert/strict';
import { assertAccessible, eventually } from '../harness/browser.mjs';
import { administrator, checkConsolePage, goTo, openConsole, request } from '../harness/console.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import { on, signIn } from '../harness/pages.mjs';

/** One administrator for each test: a code signs in once. */
const roots = Array.from({ length: 12 }, (_, n) => administrator(`root-${n}`));
const [reader, helper, security] = ['read', 'users', 'security'].map((part) =>
  administrator(part, `admin:${part}`),
);
/** More than one page of users. Without passwords they are quick to seed. */
const many = Array.from({ length: 120 }, (_, n) => ({
  username: `member-${String(n).padStart(3, '0')}`,
  email: `member-${n}@corp.example`,
  displayName: `Member ${n}`,
  roles: n % 10 === 0 ? 'editor' : '',
}));
const [grace, linus, edsger, barbara] = ['grace', 'linus', 'edsger', 'barbara'].map((name) =>
  userLike(ada, name, { displayName: `${name} of the tests` }),
);
const fixture = createFixture({
  users: [...roots, reader, helper, security, grace, linus, edsger, barbara, ...many],
});

const rows = (page) => page.getByRole('table').getByRole('rowheader');
const names = async (page) => (await rows(page).getByRole('link').allInnerTexts()).map((name) => name.trim());
const search = (page) => page.getByRole('searchbox', { name: 'Name, user name, address or ID' });
const act = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page) => page.getByRole('dialog');
const reason = (page) => dialog(page).getByRole('textbox', { name: 'Reason' });
const done = (page, text) => page.getByRole('status').filter({ hasText: text }).waitFor();

/** Opens the page of a user through the list. Returns the id. */
async function openUser(page, username) {
  await goTo(page, `/users?q=${username}`);
  await rows(page).getByRole('link').first().click();
  await page.getByRole('heading', { name: 'Profile' }).waitFor();
  return new URL(page.url()).pathname.split('/').at(-1);
}

/** Confirms the open dialog with a reason. */
async function confirm(page, name, text = 'Ticket 4711') {
  await reason(page).fill(text);
  await dialog(page).getByRole('button', { name, exact: true }).click();
}

fixture.test(
  'the list is searched, filtered, ordered and paged, and the URL holds it',
  async ({ newBrowser }) => {
    const { page, newTab, requests } = await newBrowser();
    await openConsole(page, roots[0], '/users');
    await page.getByText(/^1\d\d users$/).waitFor();
    assert.equal(await rows(page).count(), 50);

    await page.getByRole('link', { name: 'Next page' }).click();
    await page.waitForURL(/cursor=/);
    await eventually('the second page', async () => !(await names(page)).includes('Member 0'));
    await page.getByRole('link', { name: 'First page' }).click();
    await eventually('the first page', async () => !page.url().includes('cursor='));

    const sent = () => requests('GET', '/api/admin/users').length;
    const before = sent();
    await search(page).pressSequentially('member-11', { delay: 20 });
    await page.getByText('11 users', { exact: true }).waitFor();
    assert.ok(sent() - before <= 3, `${sent() - before} requests for one word`);
    assert.ok(await search(page).evaluate((field) => field === document.activeElement), 'the focus stays');
    await page
      .getByRole('textbox', { name: 'Role' })
      .or(page.getByRole('searchbox', { name: 'Role' }))
      .fill('editor');
    await page.getByText('One user', { exact: true }).waitFor();
    assert.deepEqual(await names(page), ['Member 110']);
    await page.getByRole('link', { name: 'Clear all filters' }).click();
    await page.getByText(/^1\d\d users$/).waitFor();

    await page.getByRole('combobox', { name: 'Order' }).selectOption('-username');
    await eventually(
      'the other order',
      async () => (await names(page))[0] !== 'Ada Lovelace' && page.url().includes('sort=-username'),
    );
    await page.getByRole('combobox', { name: 'Second factor' }).selectOption('true');
    await page.getByText('15 users', { exact: true }).waitFor();
    const shared = await newTab();
    await shared.goto(page.url());
    await shared.getByText('15 users', { exact: true }).waitFor();
    assert.deepEqual(await names(shared), await names(page));
    await page.goBack();
    await page.getByText(/^1\d\d users$/).waitFor();
    assert.equal(await page.getByRole('combobox', { name: 'Order' }).inputValue(), '-username');
    await search(page).fill('no such user');
    await page.getByText('No user matches.').waitFor();
  },
);

fixture.test('the list and the page of a user are accessible on every screen', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await openConsole(page, roots[1], '/users?q=member-11');
  await checkConsolePage(page, 'admin-users', () => rows(page).first().waitFor());
  await openUser(page, 'grace');
  await checkConsolePage(page, 'admin-user', () => page.locator('#user-events').waitFor());
});

fixture.test('on a phone, a button opens the navigation', async ({ newBrowser }) => {
  const { page } = await newBrowser({ viewport: { width: 360, height: 740 } });
  await openConsole(page, roots[2], '/users');
  const menu = page.getByRole('button', { name: /^Menu/ });
  const link = page.getByRole('navigation').getByRole('link', { name: 'Sessions' });
  assert.equal(await link.isVisible(), false);
  await menu.click();
  assert.equal(await menu.getAttribute('aria-expanded'), 'true');
  await link.click();
  await on(page).heading.filter({ hasText: 'Sessions' }).waitFor();
  assert.equal(await link.isVisible(), false);
});

fixture.test('each role shows what it allows', async ({ newBrowser }) => {
  for (const [user, acts] of [
    [reader, []],
    [helper, ['Edit profile and roles', 'Disable', 'Delete']],
    [security, ['End all sessions', 'Reset the password']],
  ]) {
    const { page } = await newBrowser();
    await openConsole(page, user, '/users');
    assert.equal(await page.getByRole('link', { name: 'Create a user' }).count(), user === helper ? 1 : 0);
    await openUser(page, 'linus');
    const region = page.getByRole('region', { name: 'Actions' });
    assert.deepEqual(
      (await region.getByRole('button').allInnerTexts()).map((name) => name.trim()),
      acts,
    );
    await openUser(page, 'root-0');
    if (user !== reader) await region.getByText('Only the role “admin” may change administrators.').waitFor();
    assert.equal(await region.getByRole('button').count(), 0);
  }
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
  await dialog(page)
    .getByText(/^Type exactly/)
    .waitFor();
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
    .getByRole('button', { name: /^End the session of Edsger/i })
    .first()
    .click();
  await confirm(page, 'End');
  await done(page, 'The session has ended.');
  await victim.page.waitForURL('**/login*');
});

fixture.test('two users are merged after a preview, and the merge is undone', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await openConsole(page, roots[10], '/users');
  await openUser(page, 'member-010');
  await page.getByRole('link', { name: 'Merge into another user' }).click();
  await page.getByRole('searchbox', { name: 'Search the account that stays' }).fill('member-011');
  await page.getByRole('link', { name: /^Choose.*Member 11/ }).click();
  await page.getByRole('table', { name: 'What the merge changes' }).waitFor();
  await checkConsolePage(page, 'admin-merge', () => page.getByRole('table').waitFor());
  await page.getByRole('button', { name: 'Merge' }).click();
  await confirm(page, 'Merge');
  await done(page, 'The users were merged.');
  await on(page).heading.filter({ hasText: 'Member 11' }).waitFor();
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

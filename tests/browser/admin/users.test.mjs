// The console: the list of users and the page of one user, and how an act is refused.
import assert from 'node:assert/strict';
import { eventually } from '../harness/browser.mjs';
import {
  act,
  barbara,
  confirm,
  dialog,
  grace,
  linus,
  members,
  names,
  openUser,
  rows,
  search,
} from '../harness/console-users.mjs';
import { administrator, checkConsolePage, openConsole } from '../harness/console.mjs';
import { createFixture } from '../harness/fixture.mjs';
import { on } from '../harness/pages.mjs';

/** One administrator for each test: a code signs in once. */
const roots = Array.from({ length: 7 }, (_, n) => administrator(`root-${n}`));
const [reader, helper, security] = ['read', 'users', 'security'].map((part) =>
  administrator(part, `admin:${part}`),
);
const fixture = createFixture({
  users: [...roots, reader, helper, security, grace, linus, barbara, ...members],
});

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
    // Faster than every wait for the next key: keys that a busy machine delays would each be a word.
    await search(page).focus();
    await search(page).evaluate((field, word) => {
      for (const key of word) {
        field.value += key;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      }
    }, 'member-11');
    await page.getByText('11 users', { exact: true }).waitFor();
    assert.equal(sent() - before, 1, 'requests for one word');
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
    await eventually('the other order', async () => (await names(page)).at(-1) === 'Member 80');
    assert.match(page.url(), /sort=-username/);
    await page.getByRole('combobox', { name: 'Second factor' }).selectOption('true');
    await page.getByText(`${roots.length + 3} users`, { exact: true }).waitFor();
    const shared = await newTab();
    await shared.goto(page.url());
    await shared.getByText(`${roots.length + 3} users`, { exact: true }).waitFor();
    assert.deepEqual(await names(shared), await names(page));
    await page.goBack();
    await page.getByText(/^1\d\d users$/).waitFor();
    assert.equal(await page.getByRole('combobox', { name: 'Order' }).inputValue(), '-username');
    await search(page).pressSequentially('member ');
    await page.waitForURL(/q=member(&|$)/);
    await search(page).pressSequentially('11');
    await page.getByText('11 users', { exact: true }).waitFor();
    assert.equal(await search(page).inputValue(), 'member 11', 'the field keeps the blank');
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
  await page.getByRole('button', { name: /^Menu/, expanded: true }).waitFor();
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
  'each refusal of an act has a sentence with the next step',
  async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openConsole(page, roots[6], '/users');
    await openUser(page, 'barbara');
    await act(page, 'Reset the password').click();
    for (const [status, body, sentence] of [
      [412, { code: 'revision_stale' }, 'Load the current state, check it and try again.'],
      [409, { code: 'last_administrator' }, 'Give the role “admin” to another user first.'],
      [
        400,
        { code: 'invalid_request', errors: [{ field: 'by', code: 'mail_disabled' }] },
        'The settings name no mail server. Choose another way.',
      ],
      [503, { code: 'store_unavailable' }, 'The service is temporarily unavailable.'],
    ]) {
      await page.route('**/reset-password', (route) => route.fulfill({ status, json: body }));
      await confirm(page, 'Reset the password');
      await on(page).alert.filter({ hasText: sentence }).waitFor();
      await page.unroute('**/reset-password');
    }
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    assert.ok(
      await act(page, 'Reset the password').evaluate((button) => button === document.activeElement),
      'the focus is back at the button',
    );
  },
  { consoleErrors: true },
);

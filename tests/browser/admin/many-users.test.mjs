// The console of a company with 10,000 users. How fast each list is, `scripts/bench console` measures.
import assert from 'node:assert/strict';
import { eventually } from '../harness/browser.mjs';
import { administrator, checkConsolePage, goTo, openConsole } from '../harness/console.mjs';
import { act, confirm, done, names, openUser, rows, search } from '../harness/console-users.mjs';
import { createFixture } from '../harness/fixture.mjs';

const COUNT = 10_000;
const company = Array.from({ length: COUNT }, (_, n) => ({
  username: `user-${String(n).padStart(5, '0')}`,
  email: `user-${n}@corp.example`,
  displayName: `Member ${n}`,
  roles: n % 10 === 0 ? 'editor' : '',
}));
/** One administrator for each test: a code signs in once. */
const roots = Array.from({ length: 3 }, (_, n) => administrator(`root-${n}`));
const fixture = createFixture({ users: [...roots, ...company] });
const all = `${(COUNT + roots.length).toLocaleString('en')} users`;

const next = (page) => page.getByRole('link', { name: 'Next page' });

/** Opens the next page of a list of users. Returns its names. */
async function openNext(page, shown) {
  await next(page).click();
  await eventually('the next page', async () => {
    const [first] = await names(page);
    return first !== undefined && first !== shown[0];
  });
  return names(page);
}

fixture.test('the list counts, orders, pages, searches and filters 10,000 users', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await openConsole(page, roots[0], '/users?sort=-username');
  await page.getByText(all, { exact: true }).waitFor();
  let shown = await names(page);
  const seen = [...shown];
  for (let count = 0; count < 4; count++) {
    shown = await openNext(page, shown);
    seen.push(...shown);
  }
  const expected = Array.from({ length: 250 }, (_, n) => `Member ${COUNT - 1 - n}`);
  assert.deepEqual(seen, expected, 'no user is left out or shown twice');

  await goTo(page, '/users?role=editor');
  await page.getByText('1,000 users', { exact: true }).waitFor();
  await goTo(page, '/users');
  await search(page).fill('user-04711');
  await page.getByText('One user', { exact: true }).waitFor();
  assert.deepEqual(await names(page), ['Member 4711']);
  await search(page).fill('member 471');
  await page.getByText('11 users', { exact: true }).waitFor();
  assert.equal(await rows(page).count(), 11);
});

fixture.test('one of 10,000 users is found and disabled, and the list shows it', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await openConsole(page, roots[1], '/users');
  await openUser(page, 'user-06174');
  await act(page, 'Disable').click();
  await confirm(page, 'Disable');
  await done(page, 'The account is disabled.');
  await page.getByRole('region', { name: 'Audit events' }).getByText('Ticket 4711').waitFor();
  await goTo(page, '/users?status=disabled');
  await page.getByText('One user', { exact: true }).waitFor();
  assert.deepEqual(await names(page), ['Member 6174']);
});

fixture.test('lists, audit and overview of 10,000 users fit every screen', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await openConsole(page, roots[2], '/users');
  await checkConsolePage(page, 'admin-many-users', () => rows(page).first().waitFor());
  await goTo(page, '/audit');
  await page.getByRole('table').getByRole('row').nth(20).waitFor();
  await goTo(page, '');
  await page.locator('.chart').first().waitFor();
});

// The dialogs over a page, and the pages of the sample application, as a user finds them.
import assert from 'node:assert/strict';
import { eventually } from '../harness/browser.mjs';

export const on = (page) => ({
  dialog: page.getByRole('dialog', { name: 'Sign in again', exact: true }),
  password: page.getByRole('dialog').getByLabel('Password', { exact: true }),
  code: page.getByRole('dialog').getByLabel(/code$/i),
  next: page.getByRole('dialog').getByRole('button', { name: 'Continue', exact: true }),
  leave: page.getByRole('button', { name: 'Leave this page' }),
  provider: (label) => page.getByRole('button', { name: `Continue with ${label}` }),
  proof: page.getByRole('dialog', { name: 'Sign in again to continue' }),
  cancel: page.getByRole('dialog').getByRole('button', { name: 'Cancel', exact: true }),
  alert: page.getByRole('dialog').getByRole('alert').filter({ hasText: /\S/ }),
  // the sample application
  heading: (name) => page.getByRole('heading', { level: 1, name }),
  userName: (name) => page.getByRole('banner').getByText(name, { exact: true }),
  signOut: page.getByRole('button', { name: 'Sign out', exact: true }),
  item: page.getByLabel('Item', { exact: true }),
  note: page.getByLabel('Note', { exact: true }),
  place: page.getByRole('button', { name: 'Place order' }),
  delete: (item) => page.getByRole('button', { name: `Delete ${item}` }),
  row: (text) => page.getByRole('row').filter({ hasText: text }),
});

/** Signs in on the pages of the service and opens the page. */
export async function openSignedIn(page, path, user) {
  await page.goto('/login');
  // By their names, because the page may be in any language.
  await page.locator('input[name=username]').fill(user.username);
  await page.locator('input[name=password]').fill(user.password);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname !== '/login');
  await page.goto(path);
  await on(page).userName(user.displayName).waitFor();
}

/** Opens the form and fills in a part of it. The focus stays in the note. */
export async function fillOrder(page, user) {
  await openSignedIn(page, '/orders/new', user);
  await on(page).item.fill('Lantern');
  await on(page).note.fill('half a sent');
}

export async function assertOrderKept(page) {
  await on(page).dialog.waitFor({ state: 'detached' });
  assert.equal(await on(page).item.inputValue(), 'Lantern');
  assert.equal(await on(page).note.inputValue(), 'half a sent');
  assert.equal(new URL(page.url()).pathname, '/orders/new');
}

export const focused = (locator) => locator.evaluate((element) => element.contains(document.activeElement));

/** Types the password into the dialog and sends it. */
export async function enterPassword(page, password) {
  await on(page).password.fill(password);
  await on(page).next.click();
}

/** Ends the sessions of a user, by name or ID, and lets the page ask the server until it shows the end. */
export async function endSessions(page, service, user, shown = () => on(page).dialog.isVisible()) {
  await service.command(['users', 'end-sessions', user]);
  await eventually('the page shows the end of the session', async () => {
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    return shown();
  });
}

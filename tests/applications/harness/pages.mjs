// The pages of the sample application as a user finds them, and signing in on the pages of the service.
import { fillSignIn, on as onService } from '../../browser/harness/pages.mjs';

/** Returns the elements of the sample application. */
export const on = (page) => ({
  heading: (name) => page.getByRole('heading', { level: 1, name }),
  userName: (name) => page.getByRole('banner').getByText(name, { exact: true }),
  signOut: page.getByRole('button', { name: 'Sign out', exact: true }),
  item: page.getByLabel('Item', { exact: true }),
  quantity: page.getByLabel('Quantity', { exact: true }),
  note: page.getByLabel('Note', { exact: true }),
  place: page.getByRole('button', { name: 'Place order' }),
  delete: (item) => page.getByRole('button', { name: `Delete ${item}` }),
  row: (text) => page.getByRole('row').filter({ hasText: text }),
});

/** Waits for the login page of the service. */
export async function waitForLogin(page) {
  await page.waitForURL((url) => url.pathname === '/login');
  await onService(page).userName.waitFor();
}

/** Opens a guarded path and signs in on the way. Returns when the browser is back at exactly that path. */
export async function openSignedIn(page, path, user) {
  await page.goto(path);
  await waitForLogin(page);
  await fillSignIn(page, user);
  await page.waitForURL((url) => url.pathname + url.search + url.hash === path);
}

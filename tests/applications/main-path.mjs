// What every Angular version must do: the same tests for each of them.
import assert from 'node:assert/strict';
import { eventually, moveMouseUntil } from '../browser/harness/browser.mjs';
import { ada, root } from './harness/application.mjs';
import { on, openSignedIn, waitForLogin } from './harness/pages.mjs';

/** Defines the tests of the main path for an application. */
export function testMainPath(application) {
  application.test('a public page needs no session and stays where it is', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/');
    await on(page).heading('Welcome').waitFor();
    assert.equal(new URL(page.url()).pathname, '/');
  });

  application.test(
    'a guarded page leads to the login page of the service and back to the exact URL',
    async ({ newBrowser }) => {
      const { page } = await newBrowser();
      const path = '/orders/new?copy=7&tag=a%26b#note';
      await openSignedIn(page, path, ada);
      await on(page).heading('New order').waitFor();
      await on(page).userName('Ada Lovelace').waitFor();
      assert.deepEqual(
        await page.evaluate(() => [localStorage.length, sessionStorage.length]),
        [0, 0],
        'the browser stores no token',
      );
    },
  );

  application.test('an order goes to the own API with the session', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openSignedIn(page, '/orders/new', ada);
    await on(page).item.fill('Lantern');
    await on(page).quantity.fill('7');
    await on(page).place.click();
    await on(page).row('Lantern').filter({ hasText: 'ada' }).waitFor();
  });

  application.test('a role guard allows its role only', async ({ newBrowser }) => {
    const { page: page } = await newBrowser();
    await openSignedIn(page, '/orders', ada);
    await page.goto('/admin');
    await on(page).heading('No access').waitFor();
    const { page: ofRoot } = await newBrowser();
    await openSignedIn(ofRoot, '/admin', root);
    await on(ofRoot).heading('All orders').waitFor();
  });

  application.test('activity extends the session', async ({ newBrowser }) => {
    const { page, requests, cookie } = await newBrowser();
    await openSignedIn(page, '/orders', ada);
    await on(page).heading('Your orders').waitFor();
    const { expires } = await cookie('vestibule');
    await moveMouseUntil([page], () => requests('POST', '/api/auth/keep-alive').length > 0);
    await eventually('the cookie expires later', async () => (await cookie('vestibule')).expires > expires);
  });

  application.test(
    'a 401 of the own API opens the sign-in dialog, and the order is sent once more',
    async ({ newBrowser, service }) => {
      const { page } = await newBrowser();
      await openSignedIn(page, '/orders/new', root);
      await on(page).item.fill('Rope');
      await service.command(['users', 'end-sessions', 'root']);
      // The command is another process: its change takes effect within one second.
      const state = async () => (await (await page.request.get('/api/auth/session')).json()).state;
      await eventually('the service reports the end', async () => (await state()) !== 'signedIn');
      await on(page).place.click();
      const dialog = page.getByRole('dialog', { name: 'Sign in again' });
      await dialog.getByText(/ended from another device/).waitFor();
      assert.equal(await on(page).heading('New order').count(), 0, 'the page is hidden');
      await dialog.getByLabel('Password', { exact: true }).fill(root.password);
      await dialog.getByRole('button', { name: 'Continue', exact: true }).click();
      await on(page).row('Rope').waitFor();
    },
  );

  application.test('sign-out ends the session in every tab', async ({ newBrowser }) => {
    const { page, newTab, cookie } = await newBrowser();
    await openSignedIn(page, '/orders', ada);
    const other = await newTab();
    await other.goto('/orders');
    await on(other).heading('Your orders').waitFor();
    await on(page).signOut.click();
    await waitForLogin(page);
    await waitForLogin(other);
    assert.equal(await cookie('vestibule'), undefined);
    await page.goto('/orders');
    await waitForLogin(page);
  });
}

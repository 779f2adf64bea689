// A part of a page that cannot be loaded: after a deployment the file of the earlier build is missing.
import assert from 'node:assert/strict';
import { ada, createFixture } from '../harness/fixture.mjs';
import { fillSignIn, on, waitForDashboard, waitForSignInPage } from '../harness/pages.mjs';

const fixture = createFixture();
const CHUNK = /\/dashboard-[\w-]+\.js$/;
const tolerant = { consoleErrors: true };

/** Answers the chunk of the account page with 404, as a server with a newer build does. Returns the number of answers. */
async function loseChunk(page, times = Infinity) {
  let count = 0;
  await page.route(CHUNK, async (route) => {
    count += 1;
    if (count > times) return route.continue();
    return route.fulfill({ status: 404, body: 'There is no such file.' });
  });
  return () => count;
}

fixture.test(
  'a missing part is loaded after one reload by itself',
  async ({ newBrowser }) => {
    const { page } = await newBrowser();
    const asked = await loseChunk(page, 1);
    await page.goto('/login?returnTo=%2Faccount%3Ftab%3Dx');
    await waitForSignInPage(page);
    await fillSignIn(page, ada);
    await page.waitForURL('**/account?tab=x');
    await page.getByRole('heading', { name: 'This session' }).waitFor();
    assert.equal(asked(), 2);
  },
  tolerant,
);

fixture.test(
  'a part that stays missing causes no loop, and the user can try again',
  async ({ newBrowser }) => {
    const { page, requests } = await newBrowser();
    await loseChunk(page);
    await page.goto('/login');
    await waitForSignInPage(page);
    await fillSignIn(page, ada);
    await on(page).heading.filter({ hasText: 'The page could not be loaded' }).waitFor();
    assert.equal(requests('GET', '/login').length + requests('GET', '/').length <= 4, true, 'no loop');
    await page.unroute(CHUNK);
    await page.getByRole('button', { name: 'Try again' }).click();
    await waitForDashboard(page);
  },
  tolerant,
);

fixture.test(
  'offline there is no reload, which would show an error page of the browser',
  async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await page.goto('/login');
    await waitForSignInPage(page);
    // The login arrives, then the connection is lost.
    await page.route(CHUNK, async (route) => {
      await context.setOffline(true);
      await route.abort();
    });
    await fillSignIn(page, ada);
    await on(page).heading.filter({ hasText: 'The page could not be loaded' }).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The server still cannot be reached.').waitFor();
    await page.unroute(CHUNK);
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await waitForDashboard(page);
  },
  tolerant,
);

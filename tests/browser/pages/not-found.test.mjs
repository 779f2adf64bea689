// The page for unknown paths.
import assert from 'node:assert/strict';
import { ada, createFixture } from '../harness/fixture.mjs';
import { on, signIn, waitForDashboard, waitForSignInPage } from '../harness/pages.mjs';

const fixture = createFixture();

fixture.test('an unknown path shows the page and a link', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  const link = page.getByRole('main').getByRole('link');
  await page.goto('/no/such/page');
  await on(page).heading.filter({ hasText: 'Page not found' }).waitFor();
  await link.click();
  await waitForSignInPage(page);

  await signIn(page, ada);
  await page.goto('/no/such/page');
  await on(page).heading.filter({ hasText: 'Page not found' }).waitFor();
  assert.match(page.url(), /\/no\/such\/page$/, 'the URL stays, so that the user can correct it');
  await link.click();
  await waitForDashboard(page);
});

// An address that leads nowhere.
import assert from 'node:assert/strict';
import { ada, createFixture } from '../harness/fixture.mjs';
import { waitForDashboard, on, signIn, waitForSignInPage } from '../harness/pages.mjs';

const fixture = createFixture();

fixture.test('an unknown address says so and offers a way on', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  const wayOn = page.getByRole('main').getByRole('link');
  await page.goto('/no/such/page');
  await on(page).heading.filter({ hasText: 'Page not found' }).waitFor();
  await wayOn.click();
  await waitForSignInPage(page);

  await signIn(page, ada);
  await page.goto('/no/such/page');
  await on(page).heading.filter({ hasText: 'Page not found' }).waitFor();
  assert.match(page.url(), /\/no\/such\/page$/, 'the address stays, so that a slip in it can be mended');
  await wayOn.click();
  await waitForDashboard(page);
});

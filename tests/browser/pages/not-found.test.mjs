// An address that leads nowhere.
import assert from 'node:assert/strict';
import { ada, open } from '../harness/house.mjs';
import { dashboard, on, signIn, signInPage } from '../harness/pages.mjs';

const house = open();

house.test('an unknown address says so and offers a way on', async ({ visit }) => {
  const { page } = await visit();
  const wayOn = page.getByRole('main').getByRole('link');
  await page.goto('/no/such/page');
  await on(page).heading.filter({ hasText: 'Page not found' }).waitFor();
  await wayOn.click();
  await signInPage(page);

  await signIn(page, ada);
  await page.goto('/no/such/page');
  await on(page).heading.filter({ hasText: 'Page not found' }).waitFor();
  assert.match(page.url(), /\/no\/such\/page$/, 'the address stays, so that a slip in it can be mended');
  await wayOn.click();
  await dashboard(page);
});

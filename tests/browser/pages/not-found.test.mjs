// An address that leads nowhere.
import assert from 'node:assert/strict';
import { ada, open } from '../harness/house.mjs';
import { dashboard, on, signIn } from '../harness/pages.mjs';

const house = open();

house.test('an unknown address says so and offers a way on', async ({ visit }) => {
  const { page } = await visit();
  await signIn(page, ada);
  await dashboard(page);
  await page.goto('/no/such/page');
  await on(page).heading.waitFor();
  assert.match(await page.locator('main').innerText(), /not found|no page|does not exist|nothing here/i);
  assert.match(page.url(), /\/no\/such\/page$/, 'the address stays, so that a typing mistake can be mended');
  await page.locator('main').getByRole('link').first().click();
  await dashboard(page);
});

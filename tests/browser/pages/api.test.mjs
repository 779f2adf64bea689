// The page to read the description of the API.
import assert from 'node:assert/strict';
import { assertAccessible, assertNoHorizontalScroll, desktop, phone } from '../harness/browser.mjs';
import { createFixture } from '../harness/fixture.mjs';

const fixture = createFixture();

fixture.test(
  'the description of the API is read without a script, by keyboard, on a phone and in the dark',
  async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/api/docs');
    await page.getByRole('heading', { level: 1, name: 'Vestibule API' }).waitFor();
    const operation = page.locator('#logIn');
    const details = operation.getByRole('heading', { name: 'Request body' });
    assert.equal(await details.isVisible(), false);
    await operation.locator('summary').focus();
    await page.keyboard.press('Enter');
    await details.waitFor();
    await operation.getByRole('link', { name: 'LoginResult' }).click();
    assert.match(page.url(), /#schema-LoginResult$/);

    for (const [viewport, colorScheme] of [
      [desktop, 'light'],
      [phone, 'dark'],
    ]) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page, `the description of the API, ${colorScheme}`);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    await assertNoHorizontalScroll(page, 'the description of the API');
  },
);

// After too many attempts the page counts down, and accepts the next attempt when the time is over.
import assert from 'node:assert/strict';
import { assertAccessible, eventually, screenshot } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import { fillSignIn, on, signIn, waitForDashboard } from '../harness/pages.mjs';

const [stephanie, barbara] = ['stephanie', 'barbara'].map((name) => userLike(ada, name));
const fixture = createFixture({ users: [stephanie, barbara] });

fixture.test('a wait counts down for one user name and ends by itself', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login');
  const wait = on(page).alert.filter({ hasText: 'Try again in' });
  for (let attempt = 0; attempt < 15 && !(await wait.isVisible()); attempt++) {
    await on(page).userName.fill('stephanie');
    await on(page).password.fill(`wrong password ${attempt}`);
    const answered = page.waitForResponse('**/api/auth/login');
    await on(page).signIn.click();
    await answered;
    await on(page).alert.waitFor();
  }
  await wait.waitFor();
  const seconds = async () => Number(/Try again in (\d+) sec/.exec(await wait.innerText())?.[1] ?? 0);
  const before = await seconds();
  assert.ok(before > 0 && before <= 30, `${before}`);
  await eventually('the number goes down', async () => (await seconds()) < before);
  assert.equal(await on(page).signIn.getAttribute('aria-disabled'), 'true');
  await assertAccessible(page, 'the sign-in page during a wait');
  await screenshot(page, 'too-many-attempts');

  // The wait is of this user name: another user signs in at once.
  await on(page).userName.fill('barbara');
  assert.equal(await on(page).signIn.getAttribute('aria-disabled'), null);
  await fillSignIn(page, barbara);
  await waitForDashboard(page);

  const { page: other } = await newBrowser();
  await other.goto('/login');
  await fillSignIn(other, stephanie);
  await on(other).alert.filter({ hasText: 'Try again in' }).waitFor();
  await other.getByText('You can try again now.').first().waitFor({ timeout: 60_000 });
  assert.equal(await on(other).signIn.getAttribute('aria-disabled'), null);
  await signIn(other, stephanie);
});

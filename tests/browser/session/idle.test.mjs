// The deadlines in real time: activity moves the idle deadline, and the absolute deadline never moves.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  assertAccessible,
  eventually,
  moveMouseUntil,
  phone,
  screenshot,
  timePassed,
} from '../harness/browser.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { fillSignIn, on, signIn, waitForDashboard, waitForSignInPage } from '../harness/pages.mjs';

const session = async (page) => (await page.context().request.get('/api/auth/session')).json();
const pings = (requests) => requests('POST', '/api/auth/keep-alive').length;

/** Opens the dashboard and waits for the end of its requests, which count as activity. */
async function openIdleDashboard(page) {
  await page.goto('/', { waitUntil: 'networkidle' });
  await waitForDashboard(page);
}

// These tests wait for deadlines, so they run at the same time.
describe('deadlines', { concurrency: true }, () => {
  describe('an idle time of thirty seconds', () => {
    const fixture = createFixture({ settings: { VESTIBULE_SESSION_IDLE: '30s' } });

    fixture.test(
      'inactivity ends the session, and the sign-in page shows the reason and keeps the deep link',
      async ({ newBrowser }) => {
        const { page, requests } = await newBrowser();
        await page.goto('/?tab=devices');
        await waitForSignInPage(page);
        await fillSignIn(page, ada);
        await waitForDashboard(page);
        const before = pings(requests);
        await waitForSignInPage(page, { timeout: 90_000 });
        assert.equal(pings(requests), before, 'without activity no keep-alive is sent');
        await page.getByText(/because of inactivity/).waitFor();
        await assertAccessible(page, 'the sign-in page after an idle end');
        await screenshot(page, 'login-after-idle-end-desktop-light');
        await fillSignIn(page, ada);
        await waitForDashboard(page);
        assert.equal(new URL(page.url()).search, '?tab=devices', 'the deep link is kept');
      },
    );

    fixture.test('activity keeps the session past its first deadline', async ({ newBrowser }) => {
      const { page, requests } = await newBrowser();
      await signIn(page, ada);
      const { expiresAt } = await session(page);
      const start = Date.now();
      await moveMouseUntil([page], timePassed(34_000));
      const now = await session(page);
      assert.equal(now.state, 'signedIn', 'signed in after 34 s');
      assert.ok(Date.parse(now.expiresAt) > Date.parse(expiresAt));
      const [count, elapsed] = [pings(requests), (Date.now() - start) / 1000];
      assert.ok(count >= 1 && count <= elapsed / 5 + 2, `${count} pings in ${elapsed} s`);
      await waitForDashboard(page);
    });

    fixture.test('reading the session state does not extend the session', async ({ newBrowser }) => {
      const { page } = await newBrowser();
      await signIn(page, ada);
      await openIdleDashboard(page);
      const { expiresAt } = await session(page);
      // Longer than a tenth of the idle time: activity after that would move the deadline.
      const done = timePassed(4_000);
      await eventually('four seconds have passed', async () => {
        assert.equal((await session(page)).expiresAt, expiresAt);
        return done();
      });
    });
  });

  describe('an idle time of seventy-five seconds', () => {
    const fixture = createFixture({ settings: { VESTIBULE_SESSION_IDLE: '75s' } });

    fixture.test(
      'a dialog counts down before the idle deadline, and staying moves the deadline',
      async ({ newBrowser }) => {
        const { page, requests } = await newBrowser();
        await signIn(page, ada);
        const { expiresAt } = await session(page);
        const { idleDialog, stay } = on(page);
        await idleDialog.waitFor({ timeout: 120_000 });
        const seconds = async () => Number((await idleDialog.innerText()).match(/(\d+) seconds? left/)?.[1]);
        const first = await seconds();
        assert.ok(first > 0 && first <= 25, `it says ${await idleDialog.innerText()}`);
        await eventually('it counts down', async () => (await seconds()) < first);
        const inside = await idleDialog.evaluate((dialog) => dialog.contains(document.activeElement));
        assert.ok(inside, 'the focus is in the dialog');
        await assertAccessible(page, 'the dialog before the end');
        await screenshot(page, 'idle-dialog-desktop-light');

        const before = pings(requests);
        await stay.click();
        await idleDialog.waitFor({ state: 'hidden' });
        assert.equal(pings(requests), before + 1, 'staying sends a keep-alive');
        assert.ok(Date.parse((await session(page)).expiresAt) > Date.parse(expiresAt));
      },
    );

    fixture.test('Escape also keeps the session', async ({ newBrowser }) => {
      const { page } = await newBrowser({ viewport: phone, colorScheme: 'dark' });
      await signIn(page, ada);
      const { expiresAt } = await session(page);
      await on(page).idleDialog.waitFor({ timeout: 120_000 });
      await assertAccessible(page, 'the dialog before the end, on a phone, dark');
      await screenshot(page, 'idle-dialog-phone-dark');
      await page.keyboard.press('Escape');
      await on(page).idleDialog.waitFor({ state: 'hidden' });
      assert.ok(Date.parse((await session(page)).expiresAt) > Date.parse(expiresAt));
      await waitForDashboard(page);
    });

    fixture.test('the dialog offers sign-out', async ({ newBrowser }) => {
      const { page, cookie } = await newBrowser();
      await signIn(page, ada);
      await on(page).idleDialog.waitFor({ timeout: 120_000 });
      await on(page).idleDialog.getByRole('button', { name: 'Sign out' }).click();
      await waitForSignInPage(page);
      assert.equal(await cookie('vestibule'), undefined);
    });
  });

  describe('an absolute deadline of thirty seconds', () => {
    const fixture = createFixture({
      settings: { VESTIBULE_SESSION_IDLE: '24s', VESTIBULE_SESSION_MAX: '30s' },
    });

    fixture.test(
      'a notice announces it, activity does not move it, and no button offers to extend it',
      async ({ newBrowser }) => {
        const { page } = await newBrowser();
        await signIn(page, ada);
        const { endsAt } = await session(page);
        // Fails when the test closes the page, which may be before the end of the movement.
        const moving = moveMouseUntil([page], timePassed(34_000));
        moving.catch(() => {});
        await on(page).endNotice.waitFor();
        assert.equal(await on(page).stay.count(), 0, 'no button offers to stay');
        await assertAccessible(page, 'the notice before the absolute end');
        await screenshot(page, 'end-notice-desktop-light');
        await waitForSignInPage(page, { timeout: 90_000 });
        assert.ok(Date.now() >= Date.parse(endsAt) - 1500, 'not before the deadline');
        await page.getByText(/reached its maximum length/).waitFor();
        await moving;
      },
    );
  });
});

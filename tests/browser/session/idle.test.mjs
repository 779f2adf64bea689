// The idle deadline in real seconds: activity moves it, silence does not.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { assertAccessible, picture } from '../harness/browser.mjs';
import { ada, open } from '../harness/house.mjs';
import { dashboard, fillSignIn, on, signIn } from '../harness/pages.mjs';

const session = async (page) => (await page.context().request.get('/api/auth/session')).json();
const pings = (requests) => requests('POST', '/api/auth/keep-alive').length;

/** Moves the mouse like somebody who reads, for so many milliseconds. */
async function busy(page, milliseconds) {
  const end = Date.now() + milliseconds;
  for (let n = 0; Date.now() < end; n++) {
    await page.mouse.move(100 + (n % 20) * 10, 200 + (n % 7) * 10);
    await page.waitForTimeout(400);
  }
}

describe('ten seconds', () => {
  const house = open({ settings: { VESTIBULE_SESSION_IDLE: '10s' } });

  house.test(
    'silence ends the session; the sign-in page says why, and the way back leads to the same place',
    async ({ visit }) => {
      const { page, requests } = await visit();
      await signIn(page, ada, '/dashboard?tab=devices');
      await dashboard(page).catch(() => {});
      const before = pings(requests);
      await page.waitForURL('**/login*', { timeout: 25_000 });
      assert.equal(pings(requests), before, 'nobody was there, so nothing was sent');
      const reason = page
        .locator('main')
        .getByText(/inactiv|idle|a while|too long/i)
        .first();
      await reason.waitFor();
      await assertAccessible(page, 'the sign-in page after an idle end');
      await picture(page, 'login-idle-desktop-light');
      await fillSignIn(page, ada);
      await page.waitForURL('**/dashboard?tab=devices');
    },
  );

  house.test('activity keeps the session past its first deadline', async ({ visit }) => {
    const { page, requests } = await visit();
    await signIn(page, ada);
    await dashboard(page);
    const { expiresAt } = await session(page);
    await busy(page, 14_000);
    const now = await session(page);
    assert.equal(now.state, 'signedIn', 'alive after 14 s');
    assert.ok(Date.parse(now.expiresAt) > Date.parse(expiresAt));
    assert.ok(pings(requests) >= 1 && pings(requests) <= 14, `${pings(requests)} pings in 14 s`);
  });

  house.test('looking at the status does not keep the session', async ({ visit }) => {
    const { page } = await visit();
    await signIn(page, ada);
    await dashboard(page);
    const { expiresAt } = await session(page);
    for (let n = 0; n < 4; n++) {
      await page.waitForTimeout(1000);
      assert.equal((await session(page)).expiresAt, expiresAt);
    }
  });
});

describe('thirty seconds', () => {
  const house = open({ settings: { VESTIBULE_SESSION_IDLE: '30s' } });

  house.test('before the end a dialog counts down; staying moves the deadline', async ({ visit }) => {
    const { page, requests } = await visit();
    await signIn(page, ada);
    await dashboard(page);
    const { expiresAt } = await session(page);
    await on(page).idleDialog.waitFor({ timeout: 35_000 });
    const seconds = async () => Number((await on(page).idleDialog.innerText()).match(/(?:0:)?(\d+)/)?.[1]);
    const first = await seconds();
    assert.ok(first > 0 && first <= 30, `it says ${await on(page).idleDialog.innerText()}`);
    await page.waitForTimeout(2500);
    assert.ok((await seconds()) < first, 'it counts down');
    const inside = await on(page).idleDialog.evaluate((dialog) => dialog.contains(document.activeElement));
    assert.ok(inside, 'the focus is in the dialog');
    await assertAccessible(page, 'the dialog before the end');
    await picture(page, 'idle-dialog-desktop-light');

    const before = pings(requests);
    await on(page).stay.click();
    await on(page).idleDialog.waitFor({ state: 'hidden' });
    await page.waitForTimeout(500);
    assert.ok(pings(requests) > before, 'staying asks the service');
    const now = await session(page);
    assert.ok(Date.parse(now.expiresAt) > Date.parse(expiresAt));
  });

  house.test('the Escape key stays, too', async ({ visit }) => {
    const { page } = await visit();
    await signIn(page, ada);
    await dashboard(page);
    const { expiresAt } = await session(page);
    await on(page).idleDialog.waitFor({ timeout: 35_000 });
    await page.keyboard.press('Escape');
    await on(page).idleDialog.waitFor({ state: 'hidden' });
    await page.waitForTimeout(500);
    assert.ok(Date.parse((await session(page)).expiresAt) > Date.parse(expiresAt));
  });
});

describe('an absolute deadline', () => {
  const house = open({ settings: { VESTIBULE_SESSION_IDLE: '12s', VESTIBULE_SESSION_MAX: '12s' } });

  house.test(
    'activity does not move the absolute deadline, and no button promises that it could',
    async ({ visit }) => {
      const { page } = await visit();
      await signIn(page, ada);
      await dashboard(page);
      const { endsAt } = await session(page);
      const moving = busy(page, 16_000).catch(() => {});
      await on(page)
        .idleDialog.waitFor({ timeout: 3000 })
        .catch(() => {});
      assert.equal(await on(page).stay.count(), 0, 'no false way to stay');
      await page.waitForURL('**/login*', { timeout: 25_000 });
      assert.ok(Date.now() >= Date.parse(endsAt) - 1500);
      await moving;
      await on(page).userName.waitFor();
    },
  );
});

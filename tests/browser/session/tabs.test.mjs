// Several tabs, one session.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { ada, open } from '../harness/house.mjs';
import { dashboard, fillSignIn, on, signIn } from '../harness/pages.mjs';

const pings = (requests) => requests('POST', '/api/auth/keep-alive').length;

describe('one service', () => {
  const house = open({ settings: { VESTIBULE_SESSION_IDLE: '20s' } });

  house.test('signing out in one tab takes the other along', async ({ visit }) => {
    const { page, newTab } = await visit();
    await signIn(page, ada);
    await dashboard(page);
    const other = await newTab();
    await other.goto('/dashboard');
    await dashboard(other);
    await on(page).signOut.click();
    await other.waitForURL('**/login*', { timeout: 3000 });
    await on(other).userName.waitFor();
    assert.doesNotMatch(await other.locator('body').innerText(), /Ada Lovelace/);
  });

  house.test('one tab pings for all', async ({ visit }) => {
    const one = await visit();
    await signIn(one.page, ada);
    await dashboard(one.page);
    const tabs = [one.page];
    for (let n = 0; n < 2; n++) {
      tabs.push(await one.newTab());
      await tabs.at(-1).goto('/dashboard');
      await dashboard(tabs.at(-1));
    }
    const before = pings(one.requests);
    const sent = one.requests('POST', '/api/auth/keep-alive').length;
    const end = Date.now() + 12_000;
    for (let n = 0; Date.now() < end; n++) {
      for (const tab of tabs) await tab.mouse.move(100 + (n % 20) * 10, 200);
      await tabs[0].waitForTimeout(300);
    }
    const times = one
      .requests('POST', '/api/auth/keep-alive')
      .slice(sent)
      .map(({ at }) => at);
    assert.ok(pings(one.requests) > before, 'there was input, so there was a ping');
    // Three tabs that each pinged would do so together.
    const close = times.filter((at, n) => n > 0 && at - times[n - 1] < 500);
    assert.deepEqual(close, [], `pings at ${times.map((at) => at - times[0])}`);
  });

  house.test('input in one tab keeps the session of the other', async ({ visit }) => {
    const { page, newTab } = await visit();
    await signIn(page, ada);
    await dashboard(page);
    const other = await newTab();
    await other.goto('/dashboard');
    await dashboard(other);
    const end = Date.now() + 24_000;
    for (let n = 0; Date.now() < end; n++) {
      await other.mouse.move(100 + (n % 20) * 10, 200);
      await other.waitForTimeout(500);
    }
    assert.match(page.url(), /dashboard/);
    assert.equal(await on(page).idleDialog.count(), 0, 'no dialog in the tab that only shows');
  });
});

describe('two replicas', () => {
  const house = open({ store: 'mongodb', replicas: 2 });

  house.test(
    'signing out at one replica takes the tab at the other along within a second',
    async ({ visit }) => {
      // One browser, two origins: cookies know no ports, BroadcastChannel does. Only the service can tell the second tab.
      const { page, newTab } = await visit();
      await signIn(page, ada);
      await dashboard(page);
      const other = await newTab();
      await other.goto(`${house.services[1].url}/dashboard`);
      await dashboard(other);
      await other.waitForTimeout(500);
      await on(page).signOut.click();
      const left = Date.now();
      await other.waitForURL('**/login*', { timeout: 3000 });
      assert.ok(Date.now() - left < 2000, `it took ${Date.now() - left} ms`);
    },
  );

  house.test('what one replica opened the other knows', async ({ visit }) => {
    const { page } = await visit();
    await page.goto('/login');
    await fillSignIn(page, ada);
    await dashboard(page);
    await page.goto(`${house.services[1].url}/dashboard`);
    await dashboard(page);
  });
});

describe('an administrator', () => {
  const house = open();

  house.test('disabling somebody at the command line empties their screen', async ({ visit, service }) => {
    const { page } = await visit();
    await signIn(page, ada);
    await dashboard(page);
    await service.command(['users', 'disable', ada.username]);
    await page.waitForURL('**/login*', { timeout: 5000 });
    await service.command(['users', 'enable', ada.username]);
    await fillSignIn(page, ada);
    await dashboard(page);
  });
});

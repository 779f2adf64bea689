// Several tabs, one session.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { ada, open } from '../harness/house.mjs';
import { dashboard, fillSignIn, on, signIn, signInPage } from '../harness/pages.mjs';

/** So many tabs of one browser, all at the dashboard. */
async function tabsOf({ page, newTab }, count) {
  await signIn(page, ada);
  const tabs = [page];
  while (tabs.length < count) {
    tabs.push(await newTab());
    await tabs.at(-1).goto('/');
    await dashboard(tabs.at(-1));
  }
  return tabs;
}

describe('one service', () => {
  const house = open({ settings: { VESTIBULE_SESSION_IDLE: '30s' } });

  house.test('signing out in one tab takes the other along', async ({ visit }) => {
    const [one, other] = await tabsOf(await visit(), 2);
    await on(one).signOut.click();
    await signInPage(other);
    assert.doesNotMatch(await other.locator('body').innerText(), /Ada Lovelace/);
  });

  house.test('signing in in one tab opens the other', async ({ visit }) => {
    const { page, newTab } = await visit();
    const waiting = await newTab();
    await waiting.goto('/login');
    await signInPage(waiting);
    await signIn(page, ada);
    await dashboard(waiting);
  });

  house.test('one tab pings for all', async ({ visit }) => {
    const visitor = await visit();
    const tabs = await tabsOf(visitor, 3);
    const pings = () => visitor.requests('POST', '/api/auth/keep-alive');
    const before = pings().length;
    const begun = Date.now();
    for (let n = 0; Date.now() < begun + 13_000; n++) {
      for (const tab of tabs) await tab.mouse.move(100 + (n % 20) * 10, 200);
      await tabs[0].waitForTimeout(300);
    }
    const elapsed = Date.now() - begun;
    const times = pings()
      .slice(before)
      .map(({ at }) => at - begun);
    assert.ok(times.length > 0, 'there was input, so there was a ping');
    // One every five seconds; three tabs that each pinged would come to three times as many.
    assert.ok(times.length <= elapsed / 5000 + 2, `pings after ${times} ms, within ${elapsed} ms`);
  });

  house.test('input in one tab keeps the session of the other', async ({ visit }) => {
    const [shown, used] = await tabsOf(await visit(), 2);
    const end = Date.now() + 34_000;
    for (let n = 0; Date.now() < end; n++) {
      await used.mouse.move(100 + (n % 20) * 10, 200);
      await used.waitForTimeout(500);
      assert.equal(await on(shown).idleDialog.count(), 0, 'nobody is asked who is there');
    }
    await dashboard(shown);
  });
});

describe('two replicas', () => {
  const house = open({ store: 'mongodb', replicas: 2, settings: { VESTIBULE_SESSION_IDLE: '60s' } });

  house.test('what one replica opened the other knows', async ({ visit }) => {
    const { page } = await visit();
    await signIn(page, ada);
    await page.goto(`${house.services[1].url}/`);
    await dashboard(page);
  });

  house.test(
    'signing out at one replica closes the other within a second, and its tab at the next sign of life',
    async ({ visit }) => {
      // One browser, two origins: cookies know no ports, but tabs of two origins cannot talk to each other.
      const { page, newTab, cookie } = await visit();
      await signIn(page, ada);
      const other = await newTab();
      await other.goto(`${house.services[1].url}/`);
      await dashboard(other);
      const { value } = await cookie('vestibule');
      const ended = page.waitForResponse('**/api/auth/logout');
      await on(page).signOut.click();
      await ended;

      await other.waitForTimeout(1000);
      const answer = await fetch(`${house.services[1].url}/api/auth/me`, {
        headers: { cookie: `vestibule=${value}` },
      });
      assert.equal(answer.status, 401);
      assert.equal((await answer.json()).reason, 'signed_out');
      await other.mouse.move(200, 300);
      await signInPage(other);
    },
  );
});

describe('an administrator', () => {
  const house = open({ settings: { VESTIBULE_SESSION_IDLE: '60s' } });

  house.test(
    'disabling somebody at the command line ends what they are doing, and they are told why',
    async ({ visit, service }) => {
      const { page } = await visit();
      await signIn(page, ada);
      await service.command(['users', 'disable', ada.username]);
      await page.waitForTimeout(1000);
      await page.mouse.move(200, 300);
      await signInPage(page);
      await page.getByText(/account was disabled/).waitFor();
      await fillSignIn(page, ada);
      await on(page).alert.waitFor();
      await service.command(['users', 'enable', ada.username]);
      await page.waitForTimeout(1000);
      await fillSignIn(page, ada);
      await dashboard(page);
    },
  );
});

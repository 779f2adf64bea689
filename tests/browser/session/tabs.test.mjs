// Several tabs, one session.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { ada, createFixture } from '../harness/fixture.mjs';
import { waitForDashboard, fillSignIn, on, signIn, waitForSignInPage } from '../harness/pages.mjs';

/** So many tabs of one browser, all at the dashboard. */
async function tabsOf({ page, newTab }, count) {
  await signIn(page, ada);
  const tabs = [page];
  while (tabs.length < count) {
    tabs.push(await newTab());
    await tabs.at(-1).goto('/');
    await waitForDashboard(tabs.at(-1));
  }
  return tabs;
}

describe('one service', () => {
  const fixture = createFixture({ settings: { VESTIBULE_SESSION_IDLE: '30s' } });

  fixture.test('signing out in one tab takes the other along', async ({ newBrowser }) => {
    const [one, other] = await tabsOf(await newBrowser(), 2);
    await on(one).signOut.click();
    await waitForSignInPage(other);
    assert.doesNotMatch(await other.locator('body').innerText(), /Ada Lovelace/);
  });

  fixture.test('signing in in one tab opens the other', async ({ newBrowser }) => {
    const { page, newTab } = await newBrowser();
    const waiting = await newTab();
    await waiting.goto('/login');
    await waitForSignInPage(waiting);
    await signIn(page, ada);
    await waitForDashboard(waiting);
  });

  fixture.test('one tab pings for all', async ({ newBrowser }) => {
    const browser = await newBrowser();
    const tabs = await tabsOf(browser, 3);
    const pings = () => browser.requests('POST', '/api/auth/keep-alive');
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

  fixture.test('input in one tab keeps the session of the other', async ({ newBrowser }) => {
    const [shown, used] = await tabsOf(await newBrowser(), 2);
    const end = Date.now() + 34_000;
    for (let n = 0; Date.now() < end; n++) {
      await used.mouse.move(100 + (n % 20) * 10, 200);
      await used.waitForTimeout(500);
      assert.equal(await on(shown).idleDialog.count(), 0, 'nobody is asked who is there');
    }
    await waitForDashboard(shown);
  });
});

describe('two replicas', () => {
  const fixture = createFixture({
    store: 'mongodb',
    replicas: 2,
    settings: { VESTIBULE_SESSION_IDLE: '60s' },
  });

  fixture.test('what one replica opened the other knows', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await signIn(page, ada);
    await page.goto(`${fixture.services[1].url}/`);
    await waitForDashboard(page);
  });

  fixture.test(
    'signing out at one replica closes the other within a second, and its tab at the next sign of life',
    async ({ newBrowser }) => {
      // One browser, two origins: cookies know no ports, but tabs of two origins cannot talk to each other.
      const { page, newTab, cookie } = await newBrowser();
      await signIn(page, ada);
      const other = await newTab();
      await other.goto(`${fixture.services[1].url}/`);
      await waitForDashboard(other);
      const { value } = await cookie('vestibule');
      const ended = page.waitForResponse('**/api/auth/logout');
      await on(page).signOut.click();
      await ended;

      await other.waitForTimeout(1000);
      const answer = await fetch(`${fixture.services[1].url}/api/auth/me`, {
        headers: { cookie: `vestibule=${value}` },
      });
      assert.equal(answer.status, 401);
      assert.equal((await answer.json()).reason, 'signed_out');
      await other.mouse.move(200, 300);
      await waitForSignInPage(other);
    },
  );
});

describe('an administrator', () => {
  const fixture = createFixture({ settings: { VESTIBULE_SESSION_IDLE: '60s' } });

  fixture.test(
    'disabling somebody at the command line ends what they are doing, and they are told why',
    async ({ newBrowser, service }) => {
      const { page } = await newBrowser();
      await signIn(page, ada);
      await service.command(['users', 'disable', ada.username]);
      await page.waitForTimeout(1000);
      await page.mouse.move(200, 300);
      await waitForSignInPage(page);
      await page.getByText(/account was disabled/).waitFor();
      await fillSignIn(page, ada);
      await on(page).alert.waitFor();
      await service.command(['users', 'enable', ada.username]);
      await page.waitForTimeout(1000);
      await fillSignIn(page, ada);
      await waitForDashboard(page);
    },
  );
});

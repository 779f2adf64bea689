// Several tabs of one session.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { eventually, moveMouseUntil, timePassed } from '../harness/browser.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { fillSignIn, on, signIn, waitForDashboard, waitForSignInPage } from '../harness/pages.mjs';

/** Opens this many tabs of one browser at the dashboard. */
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

  fixture.test('sign-out in one tab signs out the other', async ({ newBrowser }) => {
    const [one, other] = await tabsOf(await newBrowser(), 2);
    await on(one).signOut.click();
    await waitForSignInPage(other);
    assert.doesNotMatch(await other.locator('body').innerText(), /Ada Lovelace/);
  });

  fixture.test('sign-in in one tab signs in the other', async ({ newBrowser }) => {
    const { page, newTab } = await newBrowser();
    const waiting = await newTab();
    await waiting.goto('/login');
    await waitForSignInPage(waiting);
    await signIn(page, ada);
    await waitForDashboard(waiting);
  });

  fixture.test('one tab sends the keep-alive for all', async ({ newBrowser }) => {
    const browser = await newBrowser();
    const tabs = await tabsOf(browser, 3);
    const pings = () => browser.requests('POST', '/api/auth/keep-alive');
    const before = pings().length;
    const start = Date.now();
    await moveMouseUntil(tabs, timePassed(13_000));
    const elapsed = Date.now() - start;
    const times = pings()
      .slice(before)
      .map(({ at }) => at - start);
    assert.ok(times.length > 0, 'input leads to a keep-alive');
    // One keep-alive each five seconds. Three independent tabs would send three times as many.
    assert.ok(times.length <= elapsed / 5000 + 2, `pings after ${times} ms, within ${elapsed} ms`);
  });

  fixture.test('input in one tab extends the session of the other', async ({ newBrowser }) => {
    const [shown, used] = await tabsOf(await newBrowser(), 2);
    const done = timePassed(34_000);
    await moveMouseUntil([used], async () => {
      assert.equal(await on(shown).idleDialog.count(), 0, 'no idle warning is shown');
      return done();
    });
    await waitForDashboard(shown);
  });
});

describe('two replicas', () => {
  const fixture = createFixture({
    store: 'mongodb',
    replicas: 2,
    settings: { VESTIBULE_SESSION_IDLE: '60s' },
  });

  fixture.test('a session of one replica is valid on the other', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await signIn(page, ada);
    await page.goto(`${fixture.services[1].url}/`);
    await waitForDashboard(page);
  });

  fixture.test(
    'sign-out at one replica ends the session on the other within a second, and its tab at the next activity',
    async ({ newBrowser }) => {
      // Cookies are shared between ports, but tabs of two origins cannot exchange messages.
      const { page, newTab, cookie } = await newBrowser();
      await signIn(page, ada);
      const other = await newTab();
      await other.goto(`${fixture.services[1].url}/`);
      await waitForDashboard(other);
      const { name, value } = await cookie('vestibule');
      const ended = page.waitForResponse('**/api/auth/logout');
      await on(page).signOut.click();
      await ended;

      let response;
      const refused = async () => {
        response = await fetch(`${fixture.services[1].url}/api/auth/me`, {
          headers: { cookie: `${name}=${value}` },
        });
        return response.status === 401;
      };
      await eventually('the other replica refuses the session', refused, 10_000);
      assert.equal((await response.json()).reason, 'signed_out');
      await other.mouse.move(200, 300);
      await waitForSignInPage(other);
    },
  );
});

describe('an administrator', () => {
  const fixture = createFixture({ settings: { VESTIBULE_SESSION_IDLE: '60s' } });

  fixture.test(
    'disabling a user on the command line ends the session and shows the reason',
    async ({ newBrowser, service }) => {
      const { page, context } = await newBrowser();
      await signIn(page, ada);
      await service.command(['users', 'disable', ada.username]);
      const ended = async () =>
        (await (await context.request.get('/api/auth/session')).json()).state === 'anonymous';
      await eventually('the session of the disabled user ends', ended, 10_000);
      await page.mouse.move(200, 300);
      await waitForSignInPage(page);
      await page.getByText(/account is disabled/).waitFor();
      await fillSignIn(page, ada);
      await on(page).alert.waitFor();
      await service.command(['users', 'enable', ada.username]);
      const accepted = async () => {
        const response = page.waitForResponse('**/api/auth/login');
        await fillSignIn(page, ada);
        return (await response).ok();
      };
      await eventually('the enabled user can sign in', accepted);
      await waitForDashboard(page);
    },
  );
});

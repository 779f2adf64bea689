// What the tabs of one browser share: requests at the start, and the events of the server.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { eventually } from '../harness/browser.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { on, signIn, waitForDashboard, waitForSignInPage } from '../harness/pages.mjs';

const TABS = 10;

async function openTabs(browser, count) {
  // The sign-in page leaves for the start page with a page load.
  await waitForDashboard(browser.page);
  const tabs = await Promise.all(Array.from({ length: count }, () => browser.newTab()));
  await Promise.all(tabs.map((tab) => tab.goto('/')));
  await Promise.all(tabs.map(waitForDashboard));
  return tabs;
}

describe('the tabs of one browser', () => {
  const fixture = createFixture({ settings: { VESTIBULE_SESSION_IDLE: '60s' } });

  fixture.test('ten restored tabs share requests and one stream of events', async ({ newBrowser }) => {
    const browser = await newBrowser();
    await signIn(browser.page, ada);
    await waitForDashboard(browser.page);
    const count = (path) => browser.requests('GET', path).length;
    await eventually('the first tab has the stream', () => count('/api/auth/events') >= 1);
    const before = {
      session: count('/api/auth/session'),
      me: count('/api/auth/me'),
      events: count('/api/auth/events'),
    };
    await openTabs(browser, TABS);
    const session = count('/api/auth/session') - before.session;
    const me = count('/api/auth/me') - before.me;
    assert.ok(session <= TABS, `${session} requests for the session in ${TABS} tabs`);
    assert.ok(me <= TABS, `${me} requests for the user in ${TABS} tabs`);
    assert.ok(session + me < 2 * TABS, `${session + me} requests in ${TABS} tabs`);
    assert.ok(count('/api/auth/events') - before.events <= 1, 'the new tabs share the stream');
  });

  fixture.test('a late message about an older session signs out no tab', async ({ newBrowser }) => {
    const browser = await newBrowser();
    const { page } = browser;
    await signIn(page, ada);
    const [other] = await openTabs(browser, 1);
    // Both tabs get the message, and one of them asks for both.
    const answered = browser.context.waitForEvent('response', (response) =>
      response.url().endsWith('/api/auth/session'),
    );
    await other.evaluate(() =>
      new BroadcastChannel('vestibule:/api').postMessage({
        type: 'signed-out',
        session: '2026-01-01T00:00:00.000Z',
        reason: 'signed_out',
      }),
    );
    // The browser drops the body of a response that the page has read, so the test asks by itself.
    await answered;
    const state = () => page.evaluate(async () => (await (await fetch('/api/auth/session')).json()).state);
    assert.equal(await state(), 'signedIn');
    await waitForDashboard(page);
    await waitForDashboard(other);
    assert.equal(await on(page).signOut.count(), 1);
  });

  fixture.test(
    'an ended session is on the screen of each tab within a second, with its reason',
    async ({ newBrowser, service }) => {
      const browser = await newBrowser();
      await signIn(browser.page, ada);
      const tabs = [browser.page, ...(await openTabs(browser, 2))];
      const streams = () => browser.requests('GET', '/api/auth/events').length;
      await eventually('a tab has the stream', () => streams() >= 1);
      await service.command(['users', 'end-sessions', ada.username]);
      const begin = Date.now();
      await Promise.all(tabs.map(waitForSignInPage));
      const elapsed = Date.now() - begin;
      // The machine of the tests is busy. Without the stream the tabs would stay until the next input.
      assert.ok(elapsed < 20_000, `the tabs showed the end after ${elapsed} ms`);
      for (const tab of tabs) assert.match(tab.url(), /reason=revoked/);
    },
  );

  fixture.test('the next tab takes the stream when its tab is closed', async ({ newBrowser, service }) => {
    const browser = await newBrowser();
    await signIn(browser.page, ada);
    const [other] = await openTabs(browser, 1);
    const streams = () => browser.requests('GET', '/api/auth/events').length;
    // The sign-in page may have had a stream, too, before it left for the dashboard.
    await eventually('a tab has the stream', () => streams() >= 1);
    const before = streams();
    await browser.page.close();
    await eventually('the other tab has a stream', () => streams() > before);
    await service.command(['users', 'end-sessions', ada.username]);
    await waitForSignInPage(other);
  });

  fixture.test(
    'without Web Locks and BroadcastChannel each tab works alone',
    async ({ newBrowser, service }) => {
      const browser = await newBrowser();
      await browser.context.addInitScript(() => {
        Object.defineProperty(Navigator.prototype, 'locks', {
          get: () => ({ request: () => Promise.reject(new DOMException('', 'SecurityError')) }),
        });
        window.BroadcastChannel = class {
          constructor() {
            throw new DOMException('', 'SecurityError');
          }
        };
      });
      await signIn(browser.page, ada);
      const tabs = [browser.page, ...(await openTabs(browser, 1))];
      await service.command(['users', 'end-sessions', ada.username]);
      await Promise.all(tabs.map(waitForSignInPage));
    },
  );
});

// What an application must survive: a strict content security policy, a browser that stores nothing, a browser without the
// interfaces that connect tabs, and two users in one browser.
import assert from 'node:assert/strict';
import { fillSignIn } from '../browser/harness/pages.mjs';
import { moveMouseUntil } from '../browser/harness/browser.mjs';
import { ada, linus } from './harness/application.mjs';
import { on, openSignedIn, waitForLogin } from './harness/pages.mjs';

/** The policy of an application that allows no inline script, no inline style and no unchecked HTML. */
export const strictPolicy = {
  changeIndex: (html, nonce) => html.replace('<app-root>', `<app-root ngCspNonce="${nonce}">`),
  headers: (nonce) => ({
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      "connect-src 'self'",
      "img-src 'self' data:",
      "base-uri 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types angular angular#bundler',
    ].join('; '),
  }),
};

/** Scripts that run before those of a page and take something away from it. */
const restrictions = {
  'blocked storage': () => {
    const blocked = {
      get() {
        throw new DOMException('The user blocks site data.', 'SecurityError');
      },
    };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
      Object.defineProperty(globalThis, name, blocked);
  },
  'missing Web Locks and BroadcastChannel': () => {
    delete globalThis.BroadcastChannel;
    Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
  },
  'refused Web Locks and BroadcastChannel': () => {
    globalThis.BroadcastChannel = class {
      constructor() {
        throw new DOMException('Not allowed in this context.', 'SecurityError');
      }
    };
    const request = () => Promise.reject(new DOMException('Not allowed in this context.', 'SecurityError'));
    Object.defineProperty(Navigator.prototype, 'locks', { value: { request, query: request } });
  },
};

/** Defines the tests for an application that is served with the strict policy. */
export function testEnvironments(application) {
  application.test(
    'a strict policy with Trusted Types applies and blocks nothing',
    async ({ newBrowser }) => {
      const { page } = await newBrowser();
      await openSignedIn(page, '/orders', ada);
      await on(page).userName('Ada Lovelace').waitFor();
      const policy = (await page.request.get('/orders')).headers()['content-security-policy'];
      assert.match(policy, /require-trusted-types-for 'script'/);
      // The policy is in force: the page cannot write HTML.
      const write = page.evaluate(() => void (document.body.innerHTML = '<p>injected</p>'));
      await assert.rejects(write, /TrustedHTML/);
    },
    { consoleErrors: /TrustedHTML/ },
  );

  for (const [name, restrict] of Object.entries(restrictions)) {
    application.test(`with ${name}, sign-in, keep-alive and sign-out work`, async ({ newBrowser }) => {
      const { page, context, requests } = await newBrowser();
      await context.addInitScript(restrict);
      await openSignedIn(page, '/orders', ada);
      await on(page).userName('Ada Lovelace').waitFor();
      await moveMouseUntil([page], () => requests('POST', '/api/auth/keep-alive').length > 0);
      await on(page).signOut.click();
      await waitForLogin(page);
      await page.goto('/orders');
      await waitForLogin(page);
    });
  }

  application.test(
    'a second user in another tab replaces the first one in every tab',
    async ({ newBrowser }) => {
      const { page, newTab } = await newBrowser();
      await openSignedIn(page, '/orders', ada);
      await on(page).userName('Ada Lovelace').waitFor();
      const other = await newTab();
      await other.goto('/orders');
      await on(other).signOut.click();
      await waitForLogin(other);
      await waitForLogin(page);
      await fillSignIn(other, linus);
      // The first tab returns to its page as the new user and shows nothing of the old one.
      await on(other).userName('Linus').waitFor();
      await on(page).userName('Linus').waitFor();
      await on(page).userName('Ada Lovelace').waitFor({ state: 'detached' });
    },
  );
}

// The end of a session on a guarded page: the page stays, hidden, and a dialog asks the user to sign in again.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  assertAccessible,
  checkAppearance,
  eventually,
  moveMouseUntil,
  screenshot,
  timePassed,
} from '../harness/browser.mjs';
import { ada, userLike } from '../harness/fixture.mjs';
import { enterCode, waitForSignInPage } from '../harness/pages.mjs';
import { idp, signInAtProvider, waitForProviderLogin } from '../harness/provider.mjs';
import { createSampleFixture } from '../harness/sample.mjs';
import { Authenticator } from '../harness/totp.mjs';
import {
  assertOrderKept,
  endSessions,
  enterPassword,
  fillOrder,
  focused,
  on,
  openSignedIn,
} from './dialog-pages.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const dora = userLike(ada, 'dora', { displayName: 'Dora', totpSecret: key });
const [agnes, beryl, clara, edith, flora] = ['agnes', 'beryl', 'clara', 'edith', 'flora'].map((name) =>
  userLike(ada, name, { displayName: name }),
);

async function assertDialogFits(page, name) {
  const [width, visible] = await on(page).dialog.evaluate((dialog) => [
    dialog.scrollWidth,
    dialog.clientWidth,
  ]);
  assert.ok(width <= visible, `${name} is ${width} px wide in a dialog of ${visible} px`);
}

/** Asserts that no data of the page can be seen, found or read out. */
async function assertPageHidden(page) {
  const shown = await page.evaluate(() => ({
    found: window.find('New order'),
    boxes: document.querySelector('app-root').getClientRects().length,
    text: document.body.innerText,
  }));
  assert.equal(shown.found, false, 'find-in-page finds nothing of the page');
  assert.equal(shown.boxes, 0, 'the page has no box on the screen');
  assert.doesNotMatch(shown.text, /New order|Lantern/);
  assert.doesNotMatch(await page.locator('html').ariaSnapshot(), /New order|Lantern|half a sent/);
  assert.doesNotMatch(await page.title(), /New order/);
}

describe('deadlines', { concurrency: true }, () => {
  describe('an idle time of twenty seconds', () => {
    const fixture = createSampleFixture({ users: [ada], settings: { VESTIBULE_SESSION_IDLE: '20s' } });

    fixture.test('a form is kept over the idle end and the next sign-in', async ({ newBrowser }) => {
      const { page } = await newBrowser();
      await fillOrder(page, ada);
      const title = await page.title();
      await on(page).dialog.waitFor({ timeout: 90_000 });
      await on(page)
        .dialog.getByText(/because of inactivity/)
        .waitFor();
      await on(page).dialog.getByText('Ada Lovelace').waitFor();
      assert.ok(await focused(on(page).password), 'the focus is in the password field');
      await assertPageHidden(page);
      await checkAppearance(page, 'sign-in-again', assertDialogFits);

      await enterPassword(page, 'not hers at all');
      await on(page)
        .alert.filter({ hasText: /password is wrong/ })
        .waitFor();
      assert.ok(await focused(on(page).password), 'the focus is in the password field again');
      await screenshot(page, 'sign-in-again-wrong-password');
      await enterPassword(page, ada.password);
      await assertOrderKept(page);
      assert.ok(await focused(on(page).note), 'the focus is where it was');
      assert.equal(await page.title(), title);
      await on(page).place.click();
      await on(page).row('Lantern').waitFor();
    });
  });

  describe('an absolute deadline of twenty-four seconds', () => {
    const fixture = createSampleFixture({
      users: [ada],
      settings: { VESTIBULE_SESSION_IDLE: '20s', VESTIBULE_SESSION_MAX: '24s' },
    });

    fixture.test('a form is kept over the absolute end', async ({ newBrowser }) => {
      const { page } = await newBrowser();
      await fillOrder(page, ada);
      const moving = moveMouseUntil([page], timePassed(26_000));
      moving.catch(() => {});
      await on(page).dialog.waitFor({ timeout: 90_000 });
      await on(page)
        .dialog.getByText(/reached its maximum length/)
        .waitFor();
      await enterPassword(page, ada.password);
      await assertOrderKept(page);
      await moving;
    });
  });
});

describe('a session that the server ends', () => {
  const fixture = createSampleFixture({
    users: [agnes, beryl, clara, dora, edith, flora],
    federated: true,
  });

  fixture.test(
    'a refused request is sent once more after the sign-in',
    async ({ newBrowser, service, front }) => {
      const { page, context } = await newBrowser();
      await fillOrder(page, agnes);
      await service.command(['users', 'end-sessions', 'agnes']);
      // The command is another process: the service learns of the end within a second.
      await eventually('the service knows the end', async () => {
        const session = await context.request.get('/api/auth/session');
        return (await session.json()).state === 'anonymous';
      });
      const before = front.requests.length;
      await on(page).place.click();
      await on(page).dialog.waitFor();
      await assertPageHidden(page);
      await enterPassword(page, agnes.password);
      await on(page).row('Lantern').waitFor();
      assert.equal(await on(page).row('Lantern').count(), 1);
      const posts = front.requests
        .slice(before)
        .filter(({ method, url }) => method === 'POST' && url === '/orders-api/orders');
      assert.equal(posts.length, 2, 'one refused request and one repeated request');
    },
  );

  fixture.test('the second factor is asked for in the dialog', async ({ newBrowser, service }) => {
    const { page } = await newBrowser();
    const authenticator = new Authenticator(key);
    await page.goto('/orders/new');
    await page.getByRole('textbox', { name: /^user name/i }).fill('dora');
    await page.getByLabel('Password', { exact: true }).fill(dora.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await enterCode(page, await authenticator.code());
    await on(page).item.fill('Lantern');
    await on(page).note.fill('half a sent');
    await endSessions(page, service, dora.username);
    await enterPassword(page, dora.password);
    await on(page).code.waitFor();
    assert.ok(await focused(on(page).code), 'the focus is in the code field');
    await checkAppearance(page, 'sign-in-again-code', assertDialogFits);
    await on(page).code.fill(authenticator.wrongCode());
    await on(page)
      .alert.filter({ hasText: /code is wrong/ })
      .waitFor();
    await on(page).code.pressSequentially(await authenticator.code());
    await on(page).next.click();
    await assertOrderKept(page);
  });

  fixture.test('the window of a provider closes, and the page continues', async ({ newBrowser, service }) => {
    const { page, context: tabs } = await newBrowser();
    await openFederated(page, 'hazel');
    await endFederated(page, service);
    await checkAppearance(page, 'sign-in-again-provider', assertDialogFits);
    const opened = tabs.waitForEvent('page');
    await on(page).provider(idp.label).click();
    const popup = await opened;
    await page.getByText(`Sign in with ${idp.label} in the window that opened.`).waitFor();
    await screenshot(page, 'sign-in-again-window');
    await waitForProviderLogin(popup);
    assert.equal(await popup.evaluate(() => window.opener), null, 'the window cannot navigate the page');
    const closed = popup.waitForEvent('close');
    await signInInWindow(popup, 'hazel');
    await closed;
    await assertOrderKept(page);
  });

  fixture.test('a tab replaces the window that the browser blocks', async ({ newBrowser, service }) => {
    const { page, newTab, context: tabs } = await newBrowser();
    await openFederated(page, 'iris');
    await endFederated(page, service);
    await page.evaluate(() => (window.open = () => null));
    await on(page).provider(idp.label).click();
    const link = page.getByRole('link', { name: `Sign in with ${idp.label} in a new tab` });
    await link.waitFor();
    await screenshot(page, 'sign-in-again-blocked');
    const opened = tabs.waitForEvent('page');
    await link.click();
    const tab = await opened;
    await signInInWindow(tab, 'iris');
    await assertOrderKept(page);
    await tab.close();
    const last = await newTab();
    await last.goto('/signed-in');
    await last.getByRole('heading', { name: 'You are signed in' }).waitFor();
    await assertAccessible(last, 'the page at the end of a sign-in in a window');
    await screenshot(last, 'signed-in');
  });

  fixture.test('another user never sees the page of the previous user', async ({ newBrowser, service }) => {
    const { page, context: tabs, requests } = await newBrowser();
    await openFederated(page, 'jade');
    await endFederated(page, service);
    await page.evaluate(() => (window.previousPage = true));
    const opened = tabs.waitForEvent('page');
    await on(page).provider(idp.label).click();
    const popup = await opened;
    const before = requests('GET', '/orders-api/orders').length;
    await signInInWindow(popup, 'kate');
    await on(page).heading('Your orders').waitFor();
    assert.equal(await page.evaluate(() => window.previousPage), undefined, 'the document was loaded again');
    assert.equal(
      requests('GET', '/orders-api/orders').length,
      before + 1,
      'only the new page sends requests',
    );
    await on(page).userName('Kate').waitFor();
  });

  fixture.test('a sign-in in one tab closes the dialogs of all tabs', async ({ newBrowser, service }) => {
    const { page, newTab } = await newBrowser();
    await fillOrder(page, beryl);
    const other = await newTab();
    await other.goto('/orders/new');
    await on(other).item.fill('Rope');
    await endSessions(page, service, beryl.username);
    await on(other).dialog.waitFor();
    await enterPassword(other, beryl.password);
    await on(other).dialog.waitFor({ state: 'detached' });
    assert.equal(await on(other).item.inputValue(), 'Rope');
    await assertOrderKept(page);
  });

  fixture.test('leaving the page leads to the sign-in page', async ({ newBrowser, service }) => {
    const { page } = await newBrowser();
    await fillOrder(page, clara);
    await endSessions(page, service, clara.username);
    await on(page).leave.click();
    await waitForSignInPage(page);
    const { searchParams } = new URL(page.url());
    assert.equal(searchParams.get('reason'), 'revoked');
    assert.match(searchParams.get('returnTo'), /\/orders\/new$/);
  });

  fixture.test(
    'the first Escape warns, and the second one leaves the page',
    async ({ newBrowser, service }) => {
      const { page } = await newBrowser();
      await fillOrder(page, edith);
      await endSessions(page, service, edith.username);
      await page.keyboard.press('Escape');
      await page.getByText(/Press Escape again/).waitFor();
      await assertPageHidden(page);
      await page.keyboard.press('Escape');
      await waitForSignInPage(page);
    },
  );

  fixture.test('a public page and a sign-out open no dialog', async ({ newBrowser, service }) => {
    const { page } = await newBrowser();
    await openSignedIn(page, '/orders', flora);
    await on(page).signOut.click();
    await waitForSignInPage(page);
    assert.equal(await on(page).dialog.count(), 0);
    await openSignedIn(page, '/', flora);
    await endSessions(page, service, 'flora', async () => (await on(page).signOut.count()) === 0);
    assert.equal(await on(page).dialog.count(), 0);
    assert.ok(await on(page).heading('Welcome').isVisible());
  });

  /** Signs in a new user of the provider and fills in a part of the form. */
  async function openFederated(page, login) {
    await page.goto('/login?returnTo=/orders/new');
    await page.getByRole('link', { name: `Continue with ${idp.label}` }).click();
    await signInAtProvider(page, login);
    await on(page).item.fill('Lantern');
    await on(page).note.fill('half a sent');
  }

  /** Signs in at the provider in a window that can close itself before the last page has loaded. */
  async function signInInWindow(popup, login) {
    await signInAtProvider(popup, login).catch((error) => {
      if (!popup.isClosed()) throw error;
    });
  }

  /** Ends the session of a user who has no user name. */
  async function endFederated(page, service) {
    const { id } = await page.evaluate(async () => (await fetch('/api/auth/me')).json());
    await endSessions(page, service, id);
  }
});

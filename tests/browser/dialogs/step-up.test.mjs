// A request to the application's own API that needs a recent proof (RFC 9470): a dialog asks for it, and the request is
// sent once more.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkAppearance, screenshot } from '../harness/browser.mjs';
import { ada, userLike } from '../harness/fixture.mjs';
import { idp, requestedParams, signInAtProvider } from '../harness/provider.mjs';
import { createSampleFixture } from '../harness/sample.mjs';
import { enterPassword, focused, on, openSignedIn } from './dialog-pages.mjs';

/** Seconds. The tests wait this long for a proof to become too old. */
const MAX_AGE = 3;
const [root, rita] = ['root', 'rita'].map((name) =>
  userLike(ada, name, { displayName: name, roles: 'admin' }),
);
const fixture = createSampleFixture({
  users: [root, rita],
  maxAge: MAX_AGE,
  federated: true,
  // At the provider, `linus` is in the group `kernel`.
  settings: {
    VESTIBULE_PROVIDER_IDP_ROLE_CLAIM: 'groups',
    VESTIBULE_PROVIDER_IDP_ROLE_MAP: 'kernel=admin',
  },
});

/** Places an order and opens the page on which an administrator can delete it. */
async function openAllOrders(page, user, item) {
  await openSignedIn(page, '/orders/new', user);
  await placeOrder(page, item);
}

async function placeOrder(page, item) {
  await on(page).item.fill(item);
  await on(page).place.click();
  await on(page).row(item).waitFor();
  await page.goto('/admin');
  await on(page).delete(item).waitFor();
  await sleep(MAX_AGE * 1000 + 500);
}

const deletions = (requests) => requests('DELETE').length;

async function assertProofFits(page, name) {
  const [width, visible] = await on(page).proof.evaluate((dialog) => [
    dialog.scrollWidth,
    dialog.clientWidth,
  ]);
  assert.ok(width <= visible, `${name} is ${width} px wide in a dialog of ${visible} px`);
}

fixture.test(
  'the dialog asks for the password, and the request is sent once more',
  async ({ newBrowser }) => {
    const { page, requests } = await newBrowser();
    await openAllOrders(page, root, 'Lantern');
    await on(page).delete('Lantern').click();
    await on(page).proof.waitFor();
    assert.ok(await focused(on(page).password), 'the focus is in the password field');
    assert.ok(await on(page).row('Lantern').isVisible(), 'the session is valid, so the page stays visible');
    await checkAppearance(page, 'step-up', assertProofFits);
    await enterPassword(page, 'not hers at all');
    await on(page)
      .alert.filter({ hasText: /password is wrong/ })
      .waitFor();
    assert.equal(deletions(requests), 1);
    await enterPassword(page, root.password);
    await on(page).row('Lantern').waitFor({ state: 'detached' });
    assert.equal(deletions(requests), 2, 'one refused request and one repeated request');
  },
);

fixture.test('Escape cancels, and the caller receives the answer of its API', async ({ newBrowser }) => {
  const { page, requests } = await newBrowser({ locale: 'ar' });
  await openAllOrders(page, rita, 'Rope');
  await on(page).delete('Rope').click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await screenshot(page, 'step-up-arabic');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('The orders API answered 401. Nothing was changed.').waitFor();
  assert.equal(deletions(requests), 1);
  assert.ok(await focused(on(page).delete('Rope')), 'the focus is on the button again');
});

fixture.test(
  'the window of the provider gives the proof, and the request is sent once more',
  async ({ newBrowser }) => {
    const { page, context, requests } = await newBrowser();
    await page.goto('/login?returnTo=/orders/new');
    await page.getByRole('link', { name: `Continue with ${idp.label}` }).click();
    await signInAtProvider(page, 'linus');
    await placeOrder(page, 'Anchor');
    const before = deletions(requests);
    await on(page).delete('Anchor').click();
    await on(page).proof.waitFor();
    assert.equal(await on(page).password.count(), 0, 'a federated user has no password');
    await checkAppearance(page, 'step-up-provider', assertProofFits);

    // Closing the window proves nothing.
    const first = context.waitForEvent('page');
    await on(page).provider(idp.label).click();
    const opened = await first;
    // Chromium may never confirm that it closes a window that has no page yet.
    await opened.waitForLoadState();
    await opened.close();
    await on(page).provider(idp.label).waitFor();
    assert.equal(deletions(requests), before + 1);

    const second = context.waitForEvent('page');
    await on(page).provider(idp.label).click();
    const popup = await second;
    assert.match(await requestedParams(popup), /prompt=login/);
    await signInAtProvider(popup, 'linus').catch((error) => {
      if (!popup.isClosed()) throw error;
    });
    await on(page).row('Anchor').waitFor({ state: 'detached' });
    assert.equal(deletions(requests), before + 2, 'one refused request and one repeated request');
    assert.ok(popup.isClosed());
  },
);

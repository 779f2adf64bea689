// The page /vestibule/admin/audit: filters, details with the decision of a login, export and new events.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe } from 'node:test';
import { eventually } from '../harness/browser.mjs';
import { administrator, checkConsolePage, goTo, openConsole } from '../harness/console.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { fillSignIn, on } from '../harness/pages.mjs';
import { idp, signInAtProvider } from '../harness/provider.mjs';

/** One administrator for each test: a code signs in once. */
const roots = Array.from({ length: 6 }, (_, n) => administrator(`root-${n}`));
const rows = (page) => page.getByRole('table').locator('tbody').getByRole('row');
const drawer = (page) => page.getByRole('dialog');
const openRow = (page, text) =>
  rows(page)
    .filter({ hasText: text })
    .first()
    .getByRole('link', { name: /^Details/ });

/** Tries a wrong password, as a user does. */
async function failToSignIn(page) {
  await page.goto('/login');
  await fillSignIn(page, { username: 'ada', password: 'a wrong password' });
  await on(page).alert.waitFor();
}

describe('the audit page', () => {
  const fixture = createFixture({
    users: [...roots, ada],
    settings: { VESTIBULE_PROVIDER_IDP_ALLOW_SIGNUP: 'false' },
    federated: true,
  });

  fixture.test('filters events, and keeps the filters in the URL', async ({ newBrowser }) => {
    const visitor = await newBrowser();
    await failToSignIn(visitor.page);
    const { page } = await newBrowser();
    await openConsole(page, roots[0], '/audit');
    await rows(page).first().waitFor();
    await page
      .getByLabel('Event', { exact: true })
      .selectOption({ label: 'Correct password entered at a sign-in' });
    await page.getByLabel('Result').selectOption('failure');
    const refused = rows(page).filter({ hasText: 'Sign-in with the password refused: wrong password' });
    await refused.first().waitFor();
    await eventually(
      'only refused passwords',
      async () => (await rows(page).count()) === (await refused.count()),
    );
    assert.match(page.url(), /type=passwordSignIn&outcome=failure/);
    await page.reload();
    await refused.first().waitFor();
    assert.equal(await page.getByLabel('Result').inputValue(), 'failure');
    await page.goBack();
    await page.getByLabel('User', { exact: true }).fill('ada');
    await page.getByText('User: The ID of the user.').waitFor();
    // The service refuses this filter: a link to its answer would replace the page.
    assert.equal(await page.getByRole('heading', { name: 'Export' }).count(), 0);
    await page.getByRole('link', { name: 'Clear all filters' }).click();
    await page.getByLabel('Network address').fill('192.0.2.0/24');
    await page.getByText('No event matches.').waitFor();
  });

  fixture.test('shows why a login was decided, and returns the focus', async ({ newBrowser }) => {
    const visitor = await newBrowser();
    await visitor.page.goto(`/api/auth/login/${idp.name}`);
    await signInAtProvider(visitor.page, 'mallory');
    const { page } = await newBrowser();
    await openConsole(page, roots[1], '/audit?type=federatedSignIn');
    const link = openRow(page, 'Sign-in');
    await link.click();
    await drawer(page).getByText('The login is refused.').waitFor();
    const text = await drawer(page).innerText();
    assert.match(text, /Reason: The provider sent no verified address\./);
    assert.match(text, /What would change it: /);
    assert.match(text, /email_verified\s+false/);
    assert.match(page.url(), /event=[\da-f-]{36}/);
    await checkConsolePage(page, 'console-event', () => drawer(page).locator('dl').first().waitFor());
    await drawer(page).getByRole('button', { name: 'Close' }).click();
    await drawer(page).waitFor({ state: 'hidden' });
    await openRow(page, 'Sign-in').click();
    await drawer(page).locator('dl').first().waitFor();
    await page.keyboard.press('Escape');
    await drawer(page).waitFor({ state: 'hidden' });
    const focus = await page.evaluate(() => document.activeElement.getAttribute('aria-label'));
    assert.match(focus, /^Details: Sign-in/);
  });

  fixture.test('takes a time from the keyboard, digit by digit', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openConsole(page, roots[5], '/audit?from=2026-11-01T10:00:00.000Z');
    const from = page.getByLabel('From', { exact: true });
    await from.focus();
    // Day and month, in the order of the browser, and the year.
    await page.keyboard.type('02022025');
    await from.blur();
    await page.waitForURL(/from=2025-02-02T/);
    assert.match(await from.inputValue(), /^2025-02-02T/);
  });

  fixture.test('exports what the filters select', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openConsole(page, roots[2], '/audit?type=secondFactor&outcome=success');
    await rows(page).first().waitFor();
    for (const [name, pattern] of [
      ['CSV', /secondFactor/],
      ['NDJSON', /"type":"secondFactor"/],
    ]) {
      const downloading = page.waitForEvent('download');
      await page.getByRole('link', { name, exact: true }).click();
      const file = await readFile(await (await downloading).path(), 'utf8');
      assert.match(file, pattern);
      assert.doesNotMatch(file, /passwordSignIn/);
    }
  });

  fixture.test('follows new events, and can pause', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openConsole(page, roots[3], '/audit');
    await page.getByRole('button', { name: 'Follow new events' }).click();
    await page.getByText('Connected. New events appear at once.').waitFor();
    const visitor = await newBrowser();
    await failToSignIn(visitor.page);
    await rows(page).filter({ hasText: 'wrong password' }).first().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused', { exact: false }).first().waitFor();
    const shown = await rows(page).count();
    await failToSignIn(visitor.page);
    const resume = page.getByRole('button', { name: /^Continue, [1-9]\d* events? waits?$/ });
    await resume.waitFor();
    assert.equal(await rows(page).count(), shown);
    await resume.click();
    await eventually('the events that waited', async () => (await rows(page).count()) > shown);
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await page.getByRole('heading', { name: 'Export' }).waitFor();
  });

  fixture.test('is accessible, also on a phone, dark and in Arabic', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openConsole(page, roots[4], '/audit');
    await rows(page).first().waitFor();
    await checkConsolePage(page, 'console-audit', () => rows(page).first().waitFor());
    await goTo(page, '/audit?trace=01a20508-0f63-708b-b393-7e63c1e1f133');
    await page.getByText('No event matches.').waitFor();
  });
});

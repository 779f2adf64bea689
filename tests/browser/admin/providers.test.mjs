// The pages /vestibule/admin/providers and /vestibule/admin/explain.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { assertAccessible, assertNoHorizontalScroll, screenshot } from '../harness/browser.mjs';
import { administrator, checkConsolePage, goTo, openConsole } from '../harness/console.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { on } from '../harness/pages.mjs';
import { idp, waitForProviderLogin } from '../harness/provider.mjs';

const [root, reader] = [administrator('root'), administrator('reader', 'admin:read')];
// A code counts once, so each test has an administrator of its own.
const [tester, viewer, canceller, finisher] = ['tester', 'viewer', 'canceller', 'finisher'].map((name) =>
  administrator(name),
);
const users = [root, reader, tester, viewer, canceller, finisher, ada];

describe('the page of the providers', () => {
  const fixture = createFixture({ users, federated: true });
  const card = (page) => page.getByRole('region', { name: idp.label, exact: true });

  fixture.test('shows state and settings without secrets, and tests a provider', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openConsole(page, root, '/providers');
    await card(page).getByText('Available', { exact: true }).waitFor();
    await card(page).getByText('Settings', { exact: false }).first().click();
    const secret = card(page).getByRole('row').filter({ hasText: 'VESTIBULE_PROVIDER_IDP_CLIENT_SECRET' });
    assert.match(await secret.innerText(), /secret, not shown/);
    await page.getByRole('table', { name: 'All settings of the service' }).waitFor();
    await card(page)
      .getByRole('button', { name: `Test the connection: ${idp.label}` })
      .click();
    const checks = card(page).getByRole('list', { name: 'Checks' }).getByRole('listitem');
    await checks.first().waitFor();
    const texts = await checks.allInnerTexts();
    assert.ok(
      texts.some((text) => /^OK: Discovery document/.test(text)),
      texts.join('\n'),
    );
    await checkConsolePage(page, 'console-providers', () => card(page).waitFor());
  });

  const result = (page) => card(page).getByRole('region', { name: 'Result of the test login' });
  // The console may close the tab at any time after that.
  const submitLogin = async (tab, login) => {
    await waitForProviderLogin(tab);
    await tab.locator('input[name=login]').fill(login);
    await tab.locator('input[name=login]').press('Enter', { noWaitAfter: true });
  };
  const startTest = async (page, context) => {
    const opened = context.waitForEvent('page');
    await card(page)
      .getByRole('button', { name: `Test a login with ${idp.label}` })
      .press('Enter');
    const tab = await opened;
    await waitForProviderLogin(tab);
    return tab;
  };

  fixture.test('tests a login in a new tab, and shows what a real login does', async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await openConsole(page, tester, '/providers');
    const tab = await startTest(page, context);
    await card(page).getByText('Sign in at the provider in the new tab.').waitFor();
    await submitLogin(tab, 'ada');
    // The console closes the tab as soon as it has the result.
    await result(page).waitFor();
    await card(page).getByText('The test login is complete.').waitFor();
    const text = await result(page).innerText();
    assert.match(text, /OK: ID token/);
    assert.match(text, /No session was opened and no user was changed/);
    assert.match(text, /"alg"|RS256/);
    assert.match(text, /"ada@example.org"/);
    assert.doesNotMatch(text, /eyJ/);
    // The session of the administrator is the same one, and no user was created.
    await page.reload();
    await card(page).waitFor();
    const found = await page.evaluate(async () => (await fetch('/api/admin/users?limit=200')).json());
    assert.equal(found.items.length, users.length);
  });

  fixture.test('shows a test login on each screen', async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await openConsole(page, viewer, '/providers');
    for (const [language, screen, viewport, scheme] of [
      ['en', 'desktop', { width: 1280, height: 900 }, 'light'],
      ['en', 'phone', { width: 360, height: 740 }, 'dark'],
      ['ar', 'phone', { width: 360, height: 740 }, 'light'],
      ['ar', 'desktop', { width: 1280, height: 900 }, 'dark'],
    ]) {
      await page.evaluate((value) => localStorage.setItem('vestibule.language', value), language);
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: scheme });
      await goTo(page, '/providers');
      const button = card(page).locator('app-test-login button');
      const opened = context.waitForEvent('page');
      await button.click();
      const tab = await opened;
      await submitLogin(tab, 'grace');
      await card(page).locator('app-returned-claims').waitFor();
      const name = `console-test-login-${screen}-${scheme}-${language}`;
      await assertAccessible(page, name);
      await assertNoHorizontalScroll(page, name);
      await screenshot(page, name);
    }
  });

  fixture.test('names the problem of a test login', async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await openConsole(page, canceller, '/providers');
    const tab = await startTest(page, context);
    await tab.getByRole('button', { name: /cancel/i }).click({ noWaitAfter: true });
    await result(page).waitFor();
    const text = await result(page).innerText();
    assert.match(text, /cancelled at the provider/);
    assert.match(text, /What to change: start again and complete the login/);
    assert.match(text, /login_cancelled/);
    // A second one can start, and can be given up.
    await startTest(page, context);
    await card(page).getByRole('button', { name: 'Cancel the test' }).click();
    await card(page)
      .getByRole('button', { name: `Test a login with ${idp.label}` })
      .waitFor();
  });

  fixture.test('ends a test login on a plain page', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openConsole(page, finisher, '/providers/test-complete');
    await page.getByRole('heading', { name: 'The test is complete' }).waitFor();
    const link = page.getByRole('link', { name: 'Open the providers in this tab' });
    await checkConsolePage(page, 'console-test-complete', () => page.locator('app-test-complete').waitFor());
    await link.click();
    await card(page).waitFor();
  });

  fixture.test('explains a login, and shows the place of an error', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openConsole(page, reader, `/explain?provider=${idp.name}`);
    const claims = page.getByLabel('Claims, as a JSON object');
    const explain = page.getByRole('button', { name: 'Explain' });
    await claims.fill('{\n  "sub": "1"\n  "email": "x"\n}');
    await explain.click();
    await page.getByText('Line 3, column 3: a comma is missing here.').waitFor();
    assert.equal(await claims.evaluate((field) => field.value[field.selectionStart]), '"');
    await claims.fill('{ "sub": "1", "email": "ada@corp.example", "email_verified": true }');
    await page.getByLabel(/^ID of the user/).fill('ada');
    await explain.click();
    await page.getByText('Enter the ID of a user, or leave the field empty.').waitFor();
    await page.getByLabel(/^ID of the user/).fill('');
    await explain.click();
    const result = page.getByRole('region', { name: 'What a login with these claims does' });
    await result.waitFor();
    assert.match(await result.innerText(), /Reason: .+\./);
    assert.match(await page.evaluate(() => document.activeElement.textContent), /What a login/);
    await checkConsolePage(page, 'console-explain', () => claims.or(page.locator('textarea')).waitFor());
    await claims.fill('{ "sub": 7 }');
    await explain.click();
    await on(page).alert.first().waitFor();
    await goTo(page, '/mail');
  });
});

// The pages /vestibule/admin/providers and /vestibule/admin/explain.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { administrator, checkConsolePage, goTo, openConsole } from '../harness/console.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { on } from '../harness/pages.mjs';
import { idp } from '../harness/provider.mjs';

const [root, reader] = [administrator('root'), administrator('reader', 'admin:read')];

describe('the page of the providers', () => {
  const fixture = createFixture({ users: [root, reader, ada], federated: true });
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
      .getByRole('button', { name: `Test the connection to ${idp.label}` })
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

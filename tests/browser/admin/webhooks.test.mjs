// The page /vestibule/admin/webhooks.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe } from 'node:test';
import { eventually } from '../harness/browser.mjs';
import { administrator, checkConsolePage, goTo, openConsole } from '../harness/console.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { freePort } from '../harness/service.mjs';

const root = administrator('root');
const receiverPort = await freePort();

describe('the page of the webhooks', () => {
  const received = [];
  const receiver = createServer((request, response) => {
    received.push(request.headers['webhook-id']);
    request.resume().on('end', () => response.writeHead(204).end());
  });
  before(() => new Promise((done) => receiver.listen(receiverPort, '127.0.0.1', done)));
  after(() => new Promise((done) => receiver.close(done)));

  const fixture = createFixture({
    users: [root, ada],
    settings: {
      VESTIBULE_WEBHOOKS: 'crm',
      VESTIBULE_WEBHOOK_CRM_URL: `http://127.0.0.1:${receiverPort}/hook`,
      VESTIBULE_WEBHOOK_CRM_SECRET: 'whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH',
    },
  });

  fixture.test('sends a test and a message again with a reason', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openConsole(page, root, '/webhooks');
    const card = page.getByRole('region', { name: 'crm', exact: true });
    const dialog = page.getByRole('dialog');
    await card.getByRole('button', { name: 'Send a test message: crm' }).click();
    await dialog.getByLabel('Reason').fill('a new receiver');
    await dialog.getByRole('button', { name: 'Send a test message' }).click();
    await card.getByText(/^The receiver accepted the test message: status 204/).waitFor();
    await eventually('a delivered message', async () => {
      await page.reload();
      await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
      await page.getByLabel('State').waitFor();
      return (await page.getByRole('table').getByText('Delivered', { exact: true }).count()) > 0;
    });
    const before = received.length;
    const again = page.getByRole('button', { name: /^Send again: user\.\w+, crm$/ });
    await again.first().click();
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await dialog.getByText('Enter a reason.').waitFor();
    await dialog.getByLabel('Reason').fill('the receiver lost it');
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('The message is in the queue again.').waitFor();
    await eventually('the message again', () => received.length > before);
    await page.getByLabel('State').selectOption('failed');
    await page.getByText('No delivery matches.').waitFor();
    await page.getByLabel('State').selectOption('');
    await again.first().waitFor();
    await checkConsolePage(page, 'console-webhooks', () => card.waitFor());
    await goTo(page, '/audit?type=webhookReplayed');
    const event = page.getByRole('row').filter({ hasText: 'Message to a webhook sent again' });
    assert.match(await event.innerText(), /the receiver lost it/);
  });
});

// The pages /vestibule/admin/webhooks and /vestibule/admin/mail.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe } from 'node:test';
import { eventually } from '../harness/browser.mjs';
import { administrator, checkConsolePage, goTo, openConsole } from '../harness/console.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { freePort } from '../harness/service.mjs';

const root = administrator('root');
const [receiverPort, mailPort] = [await freePort(), await freePort()];

describe('the pages of webhooks and mail', () => {
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
      // Nothing listens there, so each mail waits.
      VESTIBULE_MAIL_URL: `smtp://localhost:${mailPort}`,
      VESTIBULE_MAIL_FROM: 'no-reply@corp.example',
    },
  });

  fixture.test('send a test and a message again with a reason', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openConsole(page, root, '/webhooks');
    const card = page.getByRole('region', { name: 'crm', exact: true });
    const dialog = page.getByRole('dialog');
    await card.getByRole('button', { name: 'Send a test message to crm' }).click();
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
    const again = page.getByRole('button', { name: /^Send user\.\w+ to crm again$/ });
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

  fixture.test('show a mail that waits, without its content', async ({ newBrowser }) => {
    const visitor = await newBrowser();
    await visitor.page.goto('/forgot-password');
    await visitor.page.getByLabel('Email address').fill(ada.email);
    await visitor.page.getByRole('button', { name: 'Send the link' }).click();
    await visitor.page.getByRole('heading', { name: 'Check your email' }).waitFor();
    const { page } = await newBrowser();
    await openConsole(page, root, '/mail');
    const mail = page.getByRole('row').filter({ hasText: 'Link for a new password' });
    await eventually('the mail', async () => {
      await goTo(page, '/mail?state=queued');
      await page.getByRole('table').or(page.getByText('No mail waits')).first().waitFor();
      return (await mail.count()) > 0;
    });
    assert.match(await mail.innerText(), /ada@corp\.example/);
    assert.equal(await page.getByText('token').count(), 1, 'only the help has this word');
    await checkConsolePage(page, 'console-mail', () => page.getByRole('table').waitFor());
  });
});

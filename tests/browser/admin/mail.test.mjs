// The page /vestibule/admin/mail.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { eventually } from '../harness/browser.mjs';
import { administrator, checkConsolePage, goTo, openConsole } from '../harness/console.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { freePort } from '../harness/service.mjs';

const root = administrator('root');
const mailPort = await freePort();

describe('the page of the mail queue', () => {
  const fixture = createFixture({
    users: [root, ada],
    settings: {
      // Nothing listens there, so each mail waits.
      VESTIBULE_MAIL_URL: `smtp://localhost:${mailPort}`,
      VESTIBULE_MAIL_FROM: 'no-reply@corp.example',
    },
  });

  fixture.test('shows a mail that waits, without its content', async ({ newBrowser }) => {
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

// The address of the user: verification and change by links in mails.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { after } from 'node:test';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkAppearance, eventually } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import { linkOf, mailsIn, waitForMail } from '../harness/mail.mjs';
import { on, signIn, waitForDashboard } from '../harness/pages.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'vestibule-mails-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const settings = { VESTIBULE_MAIL_URL: `file:${folder}`, VESTIBULE_MAIL_FROM: 'login@corp.example' };
const agnes = userLike(ada, 'agnes');
const beryl = userLike(ada, 'beryl', { emailVerified: false });
const fixture = createFixture({ users: [agnes, beryl], settings });
const silent = createFixture({ users: [agnes] });

const profile = (page) => page.getByRole('region', { name: 'Profile' });
const press = (scope, name) => scope.getByRole('button', { name, exact: true }).click();
const me = async ({ context }) => (await context.request.get('/api/auth/me')).json();

fixture.test('a new address is used once its link is opened', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await signIn(page, agnes);
  await press(page, 'Change email address');
  await page.getByLabel('New email address').fill('no address');
  await press(page, 'Send link');
  await page.getByText('Enter an email address, for example').waitFor();
  await page.getByLabel('New email address').fill(agnes.email);
  await press(page, 'Send link');
  await page.getByText('already your verified address').waitFor();
  await page.getByLabel('New email address').fill('agnes@new.example');
  await checkAppearance(page, 'account-email');
  await press(page, 'Send link');
  await page.getByText('Open it there to finish the change.').waitFor();
  assert.match(await profile(page).innerText(), /agnes@new\.example.? is not confirmed yet/);
  await checkAppearance(page, 'account-email-pending');
  assert.equal((await me(browser)).email, agnes.email);

  await waitForMail(folder, agnes.email, /./);
  const mails = async () => (await mailsIn(folder)).filter(({ to }) => to.includes('agnes@new.example'));
  await eventually('the first link', async () => (await mails()).length === 1);
  const [first] = await mails();
  await press(page, 'Send again');
  await eventually('the second link', async () => (await mails()).length === 2);
  // The first link is no longer valid.
  const mail = (await mails()).find(({ text }) => text !== first.text);
  const other = await newBrowser();
  await other.page.goto(linkOf(mail, '/confirm-email'));
  await other.page.getByRole('main').getByRole('button').first().click();
  await eventually('the new address', async () => (await me(browser)).email === 'agnes@new.example');
  await page.reload();
  await profile(page).getByText('agnes@new.example').waitFor();
  assert.deepEqual(
    [(await me(browser)).email, (await me(browser)).emailVerified],
    ['agnes@new.example', true],
  );
  assert.equal((await me(browser)).pendingEmail, null);
  await on(page).signOut.click();
  await signIn(page, { ...agnes, username: 'agnes@new.example' });
});

fixture.test('an address is verified by the link of a mail', async ({ newBrowser }) => {
  const browser = await newBrowser();
  const { page } = browser;
  await signIn(page, beryl);
  assert.match(await profile(page).innerText(), /not verified/);
  await press(page, 'Verify');
  await page.getByText('Open it to verify the address.').waitFor();
  const mail = await waitForMail(folder, beryl.email, /./);
  await page.goto(linkOf(mail, '/confirm-email'));
  await page.getByRole('main').getByRole('button').first().click();
  await eventually('the verified address', async () => (await me(browser)).emailVerified);
  await page.goto('/');
  await waitForDashboard(page);
  assert.doesNotMatch(await profile(page).innerText(), /not verified/);
});

silent.test('without mail, the address cannot be changed here', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, agnes);
  assert.equal(await page.getByRole('button', { name: 'Change email address' }).count(), 0);
});

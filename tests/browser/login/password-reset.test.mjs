// A forgotten password: request, mail, new password. The second factor is still asked.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { checkAppearance } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import { linkOf, mailsIn, waitForMail } from '../harness/mail.mjs';
import {
  enterCode,
  fillSignIn,
  on,
  signIn,
  signInWithCode,
  waitForDashboard,
  waitForSecondFactor,
  waitForSignInPage,
} from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const next = 'nine kettles under the lighthouse';
const folder = await mkdtemp(path.join(tmpdir(), 'vestibule-mails-'));
after(() => rm(folder, { recursive: true, force: true }));

const cecilia = userLike(ada, 'cecilia', { emailVerified: true });
const jocelyn = userLike(ada, 'jocelyn', { emailVerified: true, totpSecret: key });
const fixture = createFixture({
  users: [cecilia, jocelyn],
  settings: { VESTIBULE_MAIL_URL: `file:${folder}`, VESTIBULE_MAIL_FROM: 'id@corp.example' },
});

const newPassword = (page) => page.getByLabel('New password', { exact: true });
const save = (page) => page.getByRole('button', { name: 'Save the new password' }).click();

/** Requests a reset link on the pages, and returns it. */
async function requestLink(page, user) {
  await page.goto('/login');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await page.getByLabel('Email address').fill(user.email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByRole('heading', { name: 'Check your email' }).waitFor();
  return linkOf(await waitForMail(folder, user.email, /password/i), '/reset-password');
}

fixture.test('a link from a mail sets a new password once', async ({ newBrowser }) => {
  const { page: signedIn } = await newBrowser();
  await signIn(signedIn, cecilia);
  const { page, requests } = await newBrowser();
  const link = await requestLink(page, cecilia);
  const token = new URLSearchParams(new URL(link).hash.slice(1)).get('token');
  assert.ok(token.length >= 22, 'at least 128 bits');
  assert.equal(new URL(link).search, '', 'the token is in the fragment only');

  // A scanner of a mail server opens the link: it changes nothing.
  const { page: scanner } = await newBrowser();
  await scanner.goto(link);
  await newPassword(scanner).waitFor();

  const sent = [];
  page.on('request', (request) => sent.push(`${request.url()} ${JSON.stringify(request.headers())}`));
  await page.goto(link);
  await newPassword(page).waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the token is not in the address');
  await page.goBack();
  await page.goForward();
  await page.getByRole('heading', { name: 'This link is not complete' }).waitFor();
  assert.ok(!page.url().includes(token), 'the token is not in the history');
  // After the reload of the page, only the mail has the token.
  await page.goto(link);
  await newPassword(page).waitFor();
  await checkAppearance(page, 'reset-password');
  await newPassword(page).fill(next);
  await save(page);
  await page.getByRole('heading', { name: 'Your password was changed' }).waitFor();
  assert.ok(!sent.some((request) => request.includes(token)), 'no URL and no header had the token');
  assert.ok(requests('POST', '/api/auth/password/reset').length === 1);

  await signedIn.waitForURL('**/login*');
  await page.getByRole('link', { name: 'Go to sign-in' }).click();
  await waitForSignInPage(page);
  await fillSignIn(page, cecilia);
  await on(page).alert.waitFor();
  await signIn(page, { ...cecilia, password: next });

  // The link is used up, also for the page that was open already.
  await newPassword(scanner).fill('yet another long password');
  await save(scanner);
  await scanner.getByRole('heading', { name: 'This link no longer works' }).waitFor();
  await checkAppearance(scanner, 'reset-password-expired');
  await scanner.getByRole('link', { name: 'Request a new link' }).click();
  await scanner.getByLabel('Email address').waitFor();
});

fixture.test('a reset does not replace the second factor', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto(await requestLink(page, jocelyn));
  await newPassword(page).fill(next);
  await save(page);
  await page.getByRole('link', { name: 'Go to sign-in' }).click();
  await waitForSignInPage(page);
  await fillSignIn(page, { ...jocelyn, password: next });
  await waitForSecondFactor(page);
  await enterCode(page, await new Authenticator(key).code());
  await waitForDashboard(page);
});

fixture.test('an unknown address gets the same answer and no mail', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/forgot-password');
  await page.getByLabel('Email address').waitFor();
  await checkAppearance(page, 'forgot-password');
  await page.getByLabel('Email address').fill('unknown@corp.example');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByRole('heading', { name: 'Check your email' }).waitFor();
  await checkAppearance(page, 'forgot-password-sent');
  assert.ok((await mailsIn(folder)).every((mail) => !mail.to.includes('unknown@')));
});

fixture.test('the page of a link without its token says so', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  for (const path of ['/reset-password', '/confirm-email', '/cancel-email', '/not-me']) {
    await page.goto(path);
    await page.getByRole('heading', { name: 'This link is not complete' }).waitFor();
    assert.equal(await page.getByRole('main').getByRole('button').count(), 0, path);
  }
});

fixture.test('the pages in Arabic', async ({ newBrowser }) => {
  const { page } = await newBrowser({ locale: 'ar' });
  await page.goto('/reset-password#token=none');
  await page.locator('#new-password').fill('password');
  await checkAppearance(page, 'reset-password-arabic');
  await page.goto('/not-me#token=none');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await checkAppearance(page, 'not-me-arabic');
});

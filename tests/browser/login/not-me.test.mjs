// "This was not me" as a whole: from the notice in a mail over its page to the new password.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { checkAppearance } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import { linkOf, mailsIn, waitForMail } from '../harness/mail.mjs';
import { fillSignIn, on, signIn, waitForSignInPage } from '../harness/pages.mjs';

const folder = await mkdtemp(path.join(tmpdir(), 'vestibule-mails-'));
after(() => rm(folder, { recursive: true, force: true }));

const [annie, berta] = ['annie', 'berta'].map((name) => userLike(ada, name));
const fixture = createFixture({
  users: [annie, berta],
  settings: { VESTIBULE_MAIL_URL: `file:${folder}`, VESTIBULE_MAIL_FROM: 'id@corp.example' },
});

const newPassword = (page) => page.getByLabel('New password', { exact: true });
const save = (page) => page.getByRole('button', { name: 'Save the new password' }).click();
const changed = (page) => page.getByRole('heading', { name: 'Your password was changed' }).waitFor();
const status = async ({ context }, path) => (await context.request.get(path)).status();

/** Waits for the mail about a login from an unknown device, and returns its link. */
async function noticeLink(user) {
  return linkOf(await waitForMail(folder, user.email, /New login/), '/not-me');
}

fixture.test(
  'the notice of a login from an unknown device ends all sessions and requires a new password',
  async ({ newBrowser }) => {
    const own = await newBrowser();
    await signIn(own.page, annie);
    const before = (await mailsIn(folder)).filter((mail) => /New login/.test(mail.subject)).length;
    const attacker = await newBrowser();
    await signIn(attacker.page, annie);
    const link = await noticeLink(annie);
    assert.equal(before, 0, 'the first device of an account causes no notice');

    // A scanner of a mail server opens the link: it changes nothing.
    const { page: mail } = await newBrowser();
    await mail.goto(link);
    await on(mail).heading.filter({ hasText: 'This was not me' }).waitFor();
    assert.equal(new URL(mail.url()).hash, '', 'the token is not in the address');
    await checkAppearance(mail, 'not-me');
    for (const browser of [own, attacker]) assert.equal(await status(browser, '/api/auth/me'), 200);

    await mail.getByRole('button', { name: 'Secure my account' }).click();
    await on(mail).heading.filter({ hasText: 'Your account is secured' }).waitFor();
    await checkAppearance(mail, 'not-me-done');
    for (const { page } of [own, attacker]) await waitForSignInPage(page);
    for (const browser of [own, attacker]) assert.equal(await status(browser, '/api/auth/me'), 401);
    await waitForMail(folder, annie.email, /All sessions of your account .* have ended/);

    // The stolen password opens nothing: a mail can reset it, so it does not even lead to the page that replaces it.
    await fillSignIn(attacker.page, annie);
    await on(attacker.page).alert.filter({ hasText: 'password is wrong' }).waitFor();
    assert.equal(await status(attacker, '/api/auth/me'), 401);

    await mail.getByRole('link', { name: 'Set a new password by email' }).click();
    await mail.getByLabel('Email address').fill(annie.email);
    await mail.getByRole('button', { name: 'Send the link' }).click();
    const reset = await waitForMail(folder, annie.email, /Reset your password/);
    await mail.goto(linkOf(reset, '/reset-password'));
    const next = 'nine kettles under the lighthouse';
    await newPassword(mail).fill(next);
    await save(mail);
    await changed(mail);
    await signIn(own.page, { ...annie, password: next });

    // The link works once.
    await mail.goto(link);
    await mail.getByRole('button', { name: 'Secure my account' }).click();
    await on(mail).heading.filter({ hasText: 'This link no longer works' }).waitFor();
    assert.equal(await status(own, '/api/auth/me'), 200);
  },
);

fixture.test('the notice of a changed password secures the account', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, berta);
  await page.goto('/change-password');
  await page.getByLabel('Current password').fill(berta.password);
  await newPassword(page).fill('the password of an attacker');
  await save(page);
  await changed(page);
  const link = linkOf(await waitForMail(folder, berta.email, /password .* was changed/), '/not-me');
  const { page: owner } = await newBrowser();
  await owner.goto(link);
  await owner.getByRole('button', { name: 'Secure my account' }).click();
  await on(owner).heading.filter({ hasText: 'Your account is secured' }).waitFor();
  await waitForSignInPage(page);
  await fillSignIn(page, { ...berta, password: 'the password of an attacker' });
  await on(page).alert.filter({ hasText: 'password is wrong' }).waitFor();
  await page.goto('/account');
  await waitForSignInPage(page);
});

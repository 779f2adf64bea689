// Recovery codes: shown once at the enrolment, each replaces the authenticator app once, new ones when few are left.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { checkAppearance, screenshot } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import {
  enterCode,
  fillSignIn,
  finishEnrolment,
  on,
  openSection,
  saveRecoveryCodes,
  signIn,
  startEnrolment,
  waitForDashboard,
  waitForSecondFactor,
  waitForSignInPage,
} from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const [rosalind, lise, emmy, maryam] = ['rosalind', 'lise', 'emmy', 'maryam'].map((name) =>
  userLike(ada, name),
);
const fixture = createFixture({ users: [rosalind, lise, emmy, maryam] });

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** Enrols the first app of a signed-in user, up to the recovery codes. */
async function enrol(page) {
  await openSection(page, 'Security');
  await on(page).goToEnrolment.click();
  const authenticator = new Authenticator(await startEnrolment(page));
  await enterCode(page, await authenticator.code());
  await on(page).enrolled.waitFor();
  return authenticator;
}

/** Signs in with the password, up to the second factor. */
async function enterPassword(page, user) {
  await page.goto('/login');
  await fillSignIn(page, user);
  await waitForSecondFactor(page);
}

async function enterRecoveryCode(page, code) {
  const other = page.getByRole('button', { name: 'Use a recovery code' });
  if ((await page.getByLabel('Recovery code').count()) === 0) await other.click();
  await enterCode(page, code);
}

fixture.test('each code signs in once in place of the app', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, rosalind);
  const authenticator = await enrol(page);
  const codes = await finishEnrolment(page);
  assert.equal(codes.length, 10);
  assert.equal(new Set(codes).size, 10);
  for (const code of codes) assert.match(code, /^[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{4}$/i);
  await on(page).signOut.click();
  await waitForSignInPage(page);

  await enterPassword(page, rosalind);
  await page.getByText('Account: rosalind').waitFor();
  // The page still knows the account and the methods after a reload.
  await page.reload();
  await page.getByText('Account: rosalind').waitFor();
  await enterRecoveryCode(page, codes[0]);
  await waitForDashboard(page);

  const { page: elsewhere } = await newBrowser();
  await enterPassword(elsewhere, rosalind);
  // The method that was used last is first.
  await elsewhere.getByLabel('Recovery code').waitFor();
  await enterRecoveryCode(elsewhere, codes[0]);
  await on(elsewhere).alert.filter({ hasText: 'code is wrong' }).waitFor();
  await enterRecoveryCode(elsewhere, codes[1].replaceAll('-', ' ').toUpperCase());
  await waitForDashboard(elsewhere);

  // The app still works.
  const { page: third } = await newBrowser();
  await enterPassword(third, rosalind);
  await press(third, 'Use the authenticator app');
  await enterCode(third, await authenticator.code());
  await waitForDashboard(third);
});

fixture.test('the codes are shown once, to copy, download and print', async ({ newBrowser, service }) => {
  const { page, context } = await newBrowser();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page, lise);
  await enrol(page);
  const list = page.getByRole('list', { name: 'Recovery codes' });
  const codes = await list.getByRole('listitem').allInnerTexts();
  assert.equal(codes.length, 10);
  await press(page, 'Copy codes');
  await page.getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), codes.join('\n'));

  const downloaded = page.waitForEvent('download');
  await press(page, 'Download');
  const download = await downloaded;
  assert.equal(download.suggestedFilename(), `recovery-codes-${new URL(service.url).hostname}.txt`);
  const file = await readFile(await download.path(), 'utf8');
  assert.match(file, /^Recovery codes of lise at /);
  for (const code of codes) assert.ok(file.includes(code), code);

  await page.emulateMedia({ media: 'print' });
  assert.ok(await list.isVisible());
  assert.ok(await page.getByText('Recovery codes of').isVisible(), 'the sheet names the account');
  for (const hidden of [page.getByRole('banner'), page.getByRole('contentinfo'), page.getByText('Print')])
    assert.equal(await hidden.isVisible(), false, `${hidden} is printed`);
  await screenshot(page, 'recovery-codes-print');
  await page.emulateMedia({ media: 'screen' });
  await checkAppearance(page, 'recovery-codes');

  await press(page, 'Continue');
  await on(page).alert.filter({ hasText: 'Save the codes' }).waitFor();
  await saveRecoveryCodes(page);
  await waitForDashboard(page);
  await page.goBack();
  assert.equal(await list.count(), 0, 'the codes are not shown again');
});

fixture.test('few codes left are reported, and new ones replace the old ones', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, emmy);
  await enrol(page);
  const codes = await finishEnrolment(page);
  await waitForDashboard(page);
  for (const code of codes.slice(0, 6)) {
    const { page: each, context } = await newBrowser();
    await enterPassword(each, emmy);
    await enterRecoveryCode(each, code);
    await waitForDashboard(each);
    await context.close();
  }
  const { page: last } = await newBrowser();
  await enterPassword(last, emmy);
  await enterRecoveryCode(last, codes[6]);
  await last.getByText('You have 3 recovery codes left.').waitFor();
  await checkAppearance(last, 'few-recovery-codes');
  await press(last, 'Create new codes');
  const fresh = await saveRecoveryCodes(last);
  await waitForDashboard(last);
  assert.equal(fresh.length, 10);

  const { page: again } = await newBrowser();
  await enterPassword(again, emmy);
  await enterRecoveryCode(again, codes[7]);
  await on(again).alert.filter({ hasText: 'code is wrong' }).waitFor();
  await enterRecoveryCode(again, fresh[0]);
  await waitForDashboard(again);
});

fixture.test('the second factor page offers both methods, also in Arabic', async ({ newBrowser }) => {
  const { page: first } = await newBrowser();
  await signIn(first, maryam);
  await enrol(first);
  await finishEnrolment(first);
  await waitForDashboard(first);
  const { page: english } = await newBrowser();
  await enterPassword(english, maryam);
  await checkAppearance(english, 'second-factor');
  await press(english, 'Use a recovery code');
  await checkAppearance(english, 'second-factor-recovery-code');

  const { page } = await newBrowser({ locale: 'ar' });
  await page.goto('/login');
  await page.locator('#username').fill('maryam');
  await page.locator('#password').fill(maryam.password);
  await page.locator('[type=submit]').click();
  await page.waitForURL('**/second-factor*');
  await page.getByText('استخدام رمز استرداد').click();
  await checkAppearance(page, 'second-factor-arabic');
});

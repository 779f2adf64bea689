// The pages as a user finds them: by labels, headings and buttons. Every path and every text of the app that the tests rely
// on is here, once.
import assert from 'node:assert/strict';

/** The path of the dashboard. */
export const HOME = '/';

/** Returns the elements of a page. */
export const on = (page) => ({
  heading: page.getByRole('heading', { level: 1 }),
  alert: page.getByRole('alert').filter({ hasText: /\S/ }),
  // login page
  userName: page.getByRole('textbox', { name: /^user name/i }),
  password: page.getByLabel('Password', { exact: true }),
  signIn: page.getByRole('button', { name: 'Sign in', exact: true }),
  providerLink: (label) => page.getByRole('link', { name: new RegExp(`^Continue with ${label}`) }),
  copyId: page.getByRole('button', { name: 'Copy ID' }),
  // page of the pending link
  confirmLink: page.getByRole('button', { name: 'Confirm', exact: true }),
  signInAgain: page.getByRole('button', { name: 'Sign out and sign in again' }),
  // second factor and enrolment
  code: page.getByLabel(/code$/i),
  submitCode: page.getByRole('button', { name: /^(continue|confirm)$/i }),
  cancel: page.getByRole('button', { name: 'Cancel', exact: true }),
  enrol: page.getByRole('button', { name: 'Set up', exact: true }),
  key: page.getByRole('group', { name: /key in the app/i }),
  qr: page.getByRole('img', { name: /^qr code/i }),
  openApp: page.getByRole('link', { name: /authenticator app on this device/i }),
  copyKey: page.getByRole('button', { name: 'Copy key' }),
  savedCodes: page.getByRole('checkbox', { name: /saved/i }),
  enrolled: page.getByRole('heading', { name: /is set up$/i }),
  // dashboard
  signInMethods: page.getByRole('region', { name: 'Sign-in methods' }),
  linkProvider: (label) => page.getByRole('button', { name: `Link ${label}`, exact: true }),
  unlinkProvider: (label) => page.getByRole('button', { name: `Unlink ${label}`, exact: true }),
  confirmUnlink: page.getByRole('button', { name: 'Unlink', exact: true }),
  signOut: page.getByRole('banner').getByRole('button', { name: 'Sign out', exact: true }),
  goToEnrolment: page.getByRole('link', { name: /authenticator app$/i }),
  // re-authentication dialog, and the error page of a signed-in user
  reauthentication: page.getByRole('dialog', { name: 'Sign in again to continue' }),
  reauthenticateWith: (label) => page.getByRole('button', { name: `Continue with ${label}`, exact: true }),
  backToAccount: page.getByRole('link', { name: 'Back to your account' }),
  // warning before the idle deadline, notice before the absolute deadline
  idleDialog: page.getByRole('alertdialog'),
  stay: page.getByRole('button', { name: 'Stay signed in' }),
  endNotice: page.getByRole('complementary', { name: /end of your session/i }),
});

/** Fills in and sends the form of the login page. */
export async function fillSignIn(page, { username, password }) {
  await on(page).userName.fill(username);
  await on(page).password.fill(password);
  await on(page).signIn.click();
}

/** Signs in a user without a second factor. */
export async function signIn(page, user) {
  await page.goto('/login');
  await fillSignIn(page, user);
  await waitForDashboard(page);
}

/** Signs in a user with password and code. */
export async function signInWithCode(page, user, authenticator) {
  await page.goto('/login');
  await fillSignIn(page, user);
  await waitForSecondFactor(page);
  await enterCode(page, await authenticator.code());
  await waitForDashboard(page);
}

/** Types a code key by key. The page sends a pasted code without the button. */
export async function enterCode(page, code) {
  await on(page).code.fill('');
  await on(page).code.pressSequentially(code);
  await on(page).submitCode.click();
}

/** Starts the enrolment on its page and returns the key. */
export async function startEnrolment(page) {
  await page.waitForURL('**/mfa-setup*');
  await on(page).enrol.click();
  return (await on(page).key.innerText()).trim();
}

/** Continues after the code that confirmed the enrolment. Returns the recovery codes, which the first app brings. */
export async function finishEnrolment(page) {
  await on(page).enrolled.waitFor();
  return (await on(page).savedCodes.count()) > 0 ? saveRecoveryCodes(page) : on(page).submitCode.click();
}

/** Confirms that the shown recovery codes are saved, and returns them. */
export async function saveRecoveryCodes(page) {
  await on(page).savedCodes.waitFor();
  const codes = await page.getByRole('list', { name: /codes/i }).getByRole('listitem').allInnerTexts();
  await on(page).savedCodes.check();
  await on(page).submitCode.click();
  return codes.map((code) => code.trim());
}

export async function waitForSignInPage(page, options) {
  await page.waitForURL('**/login*', options);
  await on(page).userName.waitFor();
}

/** Waits for the first step of a link: the user signs in to the account. */
export async function waitForLinkSignIn(page) {
  await page.waitForURL('**/link*');
  await on(page).heading.filter({ hasText: 'One more step' }).waitFor();
}

/** Waits for the second step of a link: the user confirms it. */
export async function waitForLinkConfirmation(page) {
  await page.waitForURL('**/link*');
  await on(page).confirmLink.waitFor();
}

export async function waitForSecondFactor(page) {
  await page.waitForURL('**/second-factor*');
  await on(page).code.waitFor();
}

/** Waits for a section of the account page, in any language. */
export async function waitForDashboard(page) {
  await page.waitForURL((url) => url.pathname === HOME);
  await page.locator('nav [aria-current=page]').waitFor();
}

/** Opens a section of the account page by its link, for example `Security`. */
export async function openSection(page, name) {
  const link = page.getByRole('navigation', { name: 'Account sections' }).getByRole('link', { name });
  await link.click();
  await on(page).heading.filter({ hasText: name }).waitFor();
}

/** Asserts that the focus is on the error, or on the field that the user must correct. */
export async function assertFocusAtError(page, field) {
  await on(page).alert.waitFor();
  const hasFocus = (locator) => locator.evaluate((element) => element.contains(document.activeElement));
  assert.ok(
    (await hasFocus(on(page).alert)) || (await hasFocus(field)),
    'the focus is on the error or the field',
  );
}

/** Waits for the error page of a signed-in user and returns its text. */
export async function signedInError(page, code) {
  await page.waitForURL((url) => url.pathname === '/login' && url.searchParams.get('error') === code);
  await on(page).heading.filter({ hasText: 'Request not completed' }).waitFor();
  await on(page).alert.waitFor();
  return on(page).alert.innerText();
}

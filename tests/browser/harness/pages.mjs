// The pages as a person finds their way on them: by labels, headings and buttons. Every address and every word of the app
// that tests rely on stands here, once.
import assert from 'node:assert/strict';

/** Where signed-in people are. */
export const HOME = '/';

/** What can be found on any page. */
export const on = (page) => ({
  heading: page.getByRole('heading', { level: 1 }),
  alert: page.getByRole('alert').filter({ hasText: /\S/ }),
  // sign-in
  userName: page.getByRole('textbox', { name: /^user name/i }),
  password: page.getByLabel('Password', { exact: true }),
  signIn: page.getByRole('button', { name: 'Sign in', exact: true }),
  door: (label) => page.getByRole('link', { name: new RegExp(`^Continue with ${label}`) }),
  copyNumber: page.getByRole('button', { name: 'Copy number' }),
  // the page of a pending link
  confirmLink: page.getByRole('button', { name: 'Confirm', exact: true }),
  signInAgain: page.getByRole('button', { name: 'Sign out and in again' }),
  // second factor and set-up
  code: page.getByLabel(/code$/i),
  submitCode: page.getByRole('button', { name: /^(continue|confirm)$/i }),
  cancel: page.getByRole('button', { name: 'Cancel', exact: true }),
  setUp: page.getByRole('button', { name: 'Set up', exact: true }),
  key: page.getByRole('group', { name: /key into the app/i }),
  qr: page.getByRole('img', { name: /^qr code/i }),
  openApp: page.getByRole('link', { name: /authenticator app on this device/i }),
  copyKey: page.getByRole('button', { name: 'Copy key' }),
  setUpDone: page.getByRole('heading', { name: /is set up$/i }),
  // dashboard
  ways: page.getByRole('region', { name: 'Ways to sign in' }),
  connect: (label) => page.getByRole('button', { name: `Connect ${label}`, exact: true }),
  disconnect: (label) => page.getByRole('button', { name: `Disconnect ${label}`, exact: true }),
  reallyDisconnect: page.getByRole('button', { name: 'Disconnect', exact: true }),
  keep: page.getByRole('button', { name: 'Keep it', exact: true }),
  signOut: page.getByRole('banner').getByRole('button', { name: 'Sign out', exact: true }),
  goToSetUp: page.getByRole('link', { name: /authenticator app$/i }),
  // the dialog that asks for a fresh proof, and what a refusal of what was begun offers
  proof: page.getByRole('dialog', { name: 'Confirm that it is you' }),
  proofThrough: (label) => page.getByRole('button', { name: `Continue with ${label}`, exact: true }),
  backToAccount: page.getByRole('link', { name: 'Back to your account' }),
  // the dialog before the idle end, and the notice before the absolute one
  idleDialog: page.getByRole('alertdialog'),
  stay: page.getByRole('button', { name: 'Stay signed in' }),
  endNotice: page.getByRole('complementary', { name: /end of your session/i }),
});

/** Fills in the sign-in form that is on the screen. */
export async function fillSignIn(page, { username, password }) {
  await on(page).userName.fill(username);
  await on(page).password.fill(password);
  await on(page).signIn.click();
}

/** From the sign-in page to the dashboard, for somebody without a second factor. */
export async function signIn(page, person) {
  await page.goto('/login');
  await fillSignIn(page, person);
  await dashboard(page);
}

/** Password, code, dashboard. */
export async function signInWithCode(page, person, authenticator) {
  await page.goto('/login');
  await fillSignIn(page, person);
  await secondFactor(page);
  await enterCode(page, await authenticator.code());
  await dashboard(page);
}

/** Types a code as a person does, key by key: pasted at once it would be sent without the button. */
export async function enterCode(page, code) {
  await on(page).code.fill('');
  await on(page).code.pressSequentially(code);
  await on(page).submitCode.click();
}

/** On the set-up page: shows the key, and returns it as a person would type it into an app. */
export async function startSetUp(page) {
  await page.waitForURL('**/mfa-setup*');
  await on(page).setUp.click();
  return (await on(page).key.innerText()).trim();
}

/** On the set-up page, after a right code: on to where the person was going. */
export async function finishSetUp(page) {
  await on(page).setUpDone.waitFor();
  await on(page).submitCode.click();
}

/** Waits for the sign-in page. */
export async function signInPage(page, options) {
  await page.waitForURL('**/login*', options);
  await on(page).userName.waitFor();
}

/** Waits for the first step of a link: the account is to be proven. */
export async function localProof(page) {
  await page.waitForURL('**/link*');
  await on(page).heading.filter({ hasText: 'One more step' }).waitFor();
}

/** Waits for the second step of a link: the question whether to link. */
export async function confirmation(page) {
  await page.waitForURL('**/link*');
  await on(page).confirmLink.waitFor();
}

export async function secondFactor(page) {
  await page.waitForURL('**/second-factor*');
  await on(page).code.waitFor();
}

/** Waits for the dashboard to show who is signed in. */
export async function dashboard(page) {
  await page.waitForURL((url) => url.pathname === HOME);
  await page.getByRole('heading', { name: 'This session' }).waitFor();
}

/** The keyboard is at the error, or at the field that is to be mended. */
export async function assertFocusAtError(page, field) {
  await on(page).alert.waitFor();
  const at = (locator) => locator.evaluate((element) => element.contains(document.activeElement));
  assert.ok((await at(on(page).alert)) || (await at(field)), 'the focus is at the error or at the field');
}

/** Waits for the page that tells a signed-in person of a refusal, and says what it reads. */
export async function refusedInside(page, code) {
  await page.waitForURL((url) => url.pathname === '/login' && url.searchParams.get('error') === code);
  await on(page).heading.filter({ hasText: 'That did not work' }).waitFor();
  await on(page).alert.waitFor();
  return on(page).alert.innerText();
}

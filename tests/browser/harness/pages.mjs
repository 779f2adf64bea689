// The pages as a person finds their way on them: by labels, headings and buttons. Every word of the app that tests rely on
// stands here, once.

/** What can be found on any page. */
export const on = (page) => ({
  heading: page.getByRole('heading', { level: 1 }),
  alert: page.getByRole('alert').filter({ hasText: /\S/ }),
  // sign-in
  userName: page.getByRole('textbox', { name: /^user name/i }),
  password: page.locator('input[autocomplete="current-password"]'),
  signIn: page.getByRole('button', { name: 'Sign in', exact: true }),
  // second factor and set-up
  code: page.locator('input[autocomplete="one-time-code"]'),
  submitCode: page
    .locator('form')
    .getByRole('button', { name: /^(verify|confirm|continue|sign in|turn on)/i }),
  cancel: page.getByRole('button', { name: /cancel|another account|start over|back to sign/i }),
  qr: page.getByRole('img', { name: /qr/i }),
  openApp: page.locator('a[href^="otpauth://"]'),
  copyKey: page.getByRole('button', { name: /copy/i }),
  // dashboard
  signOut: page.getByRole('button', { name: 'Sign out', exact: true }),
  setUp: page.getByRole('link', { name: /set up|add|replace/i }),
  // the dialog before the end
  idleDialog: page.getByRole('dialog').or(page.getByRole('alertdialog')),
  stay: page.getByRole('button', { name: /^stay signed in/i }),
});

/** Fills in the sign-in form that is on the screen. */
export async function fillSignIn(page, { username, password }) {
  await on(page).userName.fill(username);
  await on(page).password.fill(password);
  await on(page).signIn.click();
}

/** From the sign-in page to the dashboard, for somebody without a second factor. */
export async function signIn(page, person, start = '/login') {
  await page.goto(start);
  await fillSignIn(page, person);
  await page.waitForURL((url) => url.pathname !== '/login');
}

/** The sign-in page, then the second factor, then where they were going. */
export async function signInWithCode(page, person, authenticator, start = '/login') {
  await page.goto(start);
  await fillSignIn(page, person);
  await page.waitForURL('**/second-factor*');
  await enterCode(page, await authenticator.code());
  await page.waitForURL((url) => url.pathname !== '/second-factor');
}

export async function enterCode(page, code) {
  await on(page).code.fill(code);
  await on(page).submitCode.click();
}

/** The key that the set-up page shows for typing it into an app. */
export async function shownKey(page) {
  const key = page.getByText(/^(?:[A-Z2-7]{4}\s?){4,}[A-Z2-7]{0,4}$/).first();
  await key.waitFor();
  return (await key.innerText()).trim();
}

/** Goes to the dashboard, and waits until it knows who is signed in. */
export async function dashboard(page) {
  await page.waitForURL('**/dashboard');
  await on(page).signOut.waitFor();
}

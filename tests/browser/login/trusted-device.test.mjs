// VESTIBULE_TRUST_DEVICE: a browser that the user trusts needs no second factor.
import { checkAppearance } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
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
const [maryam, noor, olga] = ['maryam', 'noor', 'olga'].map((name) =>
  userLike(ada, name, { totpSecret: key }),
);
const fixture = createFixture({
  users: [maryam, noor, olga],
  settings: { VESTIBULE_TRUST_DEVICE: '30d' },
});

/** Signs in with a code and trusts the device. */
async function trust(page, user, authenticator) {
  await page.goto('/login');
  await fillSignIn(page, user);
  await waitForSecondFactor(page);
  await page.getByLabel('Trust this device for 30 days').check();
  await enterCode(page, await authenticator.code());
  await waitForDashboard(page);
}

async function signOut(page) {
  await on(page).signOut.click();
  await waitForSignInPage(page);
}

fixture.test('a trusted device needs no second factor, another one does', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login');
  await fillSignIn(page, maryam);
  await waitForSecondFactor(page);
  await checkAppearance(page, 'second-factor-trust');
  await trust(page, maryam, new Authenticator(key));
  await signOut(page);
  await signIn(page, maryam);

  const { page: elsewhere } = await newBrowser();
  await elsewhere.goto('/login');
  await fillSignIn(elsewhere, maryam);
  await waitForSecondFactor(elsewhere);
});

fixture.test('a device that was not trusted needs the code again', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signInWithCode(page, noor, new Authenticator(key));
  await signOut(page);
  await fillSignIn(page, noor);
  await waitForSecondFactor(page);
});

fixture.test('the trust of one user in a device does not hold for another user', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await trust(page, olga, new Authenticator(key));
  await signOut(page);
  await fillSignIn(page, noor);
  await waitForSecondFactor(page);
});

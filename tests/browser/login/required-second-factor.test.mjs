// VESTIBULE_MFA=required: nobody gets further than the set-up page without a second factor.
import assert from 'node:assert/strict';
import { assertAccessible } from '../harness/browser.mjs';
import { ada, userLike, createFixture } from '../harness/fixture.mjs';
import {
  assertFocusAtError,
  waitForDashboard,
  enterCode,
  fillSignIn,
  finishEnrolment,
  on,
  waitForSignInPage,
  signInWithCode,
  startEnrolment,
} from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const grace = userLike(ada, 'grace', { displayName: 'Grace Hopper' });
const fixture = createFixture({ users: [ada, grace], settings: { VESTIBULE_MFA: 'required' } });

fixture.test(
  'the first sign-in ends at the set-up page, and leads on to where the user was going',
  async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await page.goto('/?from=a-bookmark');
    await waitForSignInPage(page);
    await fillSignIn(page, ada);
    await page.waitForURL('**/mfa-setup*');
    await on(page).heading.waitFor();
    await assertAccessible(page, 'the set-up page of a required factor');

    // No other door stands open meanwhile.
    assert.equal((await context.request.get('/api/auth/me')).status(), 401);
    await page.goto('/?from=a-bookmark');
    const authenticator = new Authenticator(await startEnrolment(page));
    await enterCode(page, authenticator.wrongCode());
    await assertFocusAtError(page, on(page).code);
    await enterCode(page, await authenticator.code());
    await finishEnrolment(page);
    await waitForDashboard(page);
    assert.equal(new URL(page.url()).search, '?from=a-bookmark');
    const session = await (await context.request.get('/api/auth/session')).json();
    assert.equal(session.state, 'signedIn');
    assert.deepEqual(session.amr, ['pwd', 'otp']);

    await on(page).signOut.click();
    await waitForSignInPage(page);
    await signInWithCode(page, ada, authenticator);
  },
);

fixture.test('who does not want a factor now can only leave', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  await page.goto('/login');
  await fillSignIn(page, grace);
  await page.waitForURL('**/mfa-setup*');
  await on(page).cancel.click();
  await waitForSignInPage(page);
  assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
});

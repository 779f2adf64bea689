// VESTIBULE_MFA=required: without a second factor only the enrolment page is available.
import assert from 'node:assert/strict';
import { assertAccessible } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import {
  assertFocusAtError,
  enterCode,
  fillSignIn,
  finishEnrolment,
  on,
  signInWithCode,
  startEnrolment,
  waitForDashboard,
  waitForSignInPage,
} from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const grace = userLike(ada, 'grace', { displayName: 'Grace Hopper' });
const fixture = createFixture({ users: [ada, grace], settings: { VESTIBULE_MFA: 'required' } });

fixture.test(
  'the first login asks for enrolment and then continues to the deep link',
  async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await page.goto('/?from=a-bookmark');
    await waitForSignInPage(page);
    await fillSignIn(page, ada);
    await page.waitForURL('**/mfa-setup*');
    await on(page).heading.waitFor();
    await assertAccessible(page, 'the enrolment page of a required factor');

    // No other page or route is available before the enrolment.
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

fixture.test('cancelling the enrolment ends the session', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  await page.goto('/login');
  await fillSignIn(page, grace);
  await page.waitForURL('**/mfa-setup*');
  await on(page).cancel.click();
  await waitForSignInPage(page);
  assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
});

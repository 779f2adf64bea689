// VESTIBULE_MFA=required: nobody gets further than the set-up page without a second factor.
import assert from 'node:assert/strict';
import { assertAccessible } from '../harness/browser.mjs';
import { ada, like, open } from '../harness/house.mjs';
import {
  assertFocusAtError,
  dashboard,
  enterCode,
  fillSignIn,
  finishSetUp,
  on,
  signInPage,
  signInWithCode,
  startSetUp,
} from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const grace = like(ada, 'grace', { displayName: 'Grace Hopper' });
const house = open({ people: [ada, grace], settings: { VESTIBULE_MFA: 'required' } });

house.test(
  'the first sign-in ends at the set-up page, and leads on to where the person was going',
  async ({ visit }) => {
    const { page, context } = await visit();
    await page.goto('/?from=a-bookmark');
    await signInPage(page);
    await fillSignIn(page, ada);
    await page.waitForURL('**/mfa-setup*');
    await on(page).heading.waitFor();
    await assertAccessible(page, 'the set-up page of a required factor');

    // No other door stands open meanwhile.
    assert.equal((await context.request.get('/api/auth/me')).status(), 401);
    await page.goto('/?from=a-bookmark');
    const authenticator = new Authenticator(await startSetUp(page));
    await enterCode(page, authenticator.wrongCode());
    await assertFocusAtError(page, on(page).code);
    await enterCode(page, await authenticator.code());
    await finishSetUp(page);
    await dashboard(page);
    assert.equal(new URL(page.url()).search, '?from=a-bookmark');
    const session = await (await context.request.get('/api/auth/session')).json();
    assert.equal(session.state, 'signedIn');
    assert.deepEqual(session.amr, ['pwd', 'otp']);

    await on(page).signOut.click();
    await signInPage(page);
    await signInWithCode(page, ada, authenticator);
  },
);

house.test('who does not want a factor now can only leave', async ({ visit }) => {
  const { page, context } = await visit();
  await page.goto('/login');
  await fillSignIn(page, grace);
  await page.waitForURL('**/mfa-setup*');
  await on(page).cancel.click();
  await signInPage(page);
  assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
});

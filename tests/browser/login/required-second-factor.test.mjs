// VESTIBULE_MFA=required: nobody gets further than the set-up page without a second factor.
import assert from 'node:assert/strict';
import { assertAccessible } from '../harness/browser.mjs';
import { ada, open } from '../harness/house.mjs';
import { dashboard, enterCode, fillSignIn, on, shownKey, signInWithCode } from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const house = open({ settings: { VESTIBULE_MFA: 'required' } });

house.test(
  'the first sign-in ends at the set-up page, and leads on where the person was going',
  async ({ visit }) => {
    const { page, context } = await visit();
    await page.goto('/dashboard?from=a-bookmark');
    await page.waitForURL('**/login*');
    await fillSignIn(page, ada);
    await page.waitForURL('**/mfa-setup*');
    await assertAccessible(page, 'the set-up page of a required factor');

    // No other door stands open meanwhile.
    assert.equal((await context.request.get('/api/auth/me')).status(), 401);
    await page.goto('/dashboard?from=a-bookmark');
    await page.waitForURL('**/mfa-setup*');

    const authenticator = new Authenticator(await shownKey(page));
    await enterCode(page, authenticator.wrongCode());
    await on(page).alert.waitFor();
    await enterCode(page, await authenticator.code());
    await dashboard(page).catch(() => page.waitForURL('**/dashboard?from=a-bookmark'));
    const session = await (await context.request.get('/api/auth/session')).json();
    assert.equal(session.state, 'signedIn');
    assert.deepEqual(session.amr, ['pwd', 'otp']);

    await on(page).signOut.click();
    await page.waitForURL('**/login*');
    await signInWithCode(page, ada, authenticator);
    await dashboard(page);
  },
);

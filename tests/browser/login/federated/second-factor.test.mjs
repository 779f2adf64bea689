// VESTIBULE_MFA=required also applies to federated logins.
import assert from 'node:assert/strict';
import { createFixture } from '../../harness/fixture.mjs';
import {
  enterCode,
  finishEnrolment,
  on,
  startEnrolment,
  waitForDashboard,
  waitForSecondFactor,
} from '../../harness/pages.mjs';
import { idp, signInAtProvider, signOutAtProvider } from '../../harness/provider.mjs';
import { Authenticator } from '../../harness/totp.mjs';

const fixture = createFixture({ federated: true, settings: { VESTIBULE_MFA: 'required' } });
const providerLink = (page) => on(page).providerLink(idp.label);

fixture.test(
  'the first login asks for enrolment, the next one for a code, and both continue to the deep link',
  async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await page.goto('/?from=a-bookmark');
    await providerLink(page).click();
    await signInAtProvider(page, 'violet');
    await page.waitForURL('**/mfa-setup*');
    assert.equal((await context.request.get('/api/auth/me')).status(), 401);
    const authenticator = new Authenticator(await startEnrolment(page));
    await enterCode(page, await authenticator.code());
    await finishEnrolment(page);
    await waitForDashboard(page);
    assert.equal(new URL(page.url()).search, '?from=a-bookmark');

    const { page: elsewhere, context: other } = await newBrowser();
    await elsewhere.goto('/?from=another-bookmark');
    await providerLink(elsewhere).click();
    await signInAtProvider(elsewhere, 'violet');
    await waitForSecondFactor(elsewhere);
    // The user may have several accounts at the provider.
    await elsewhere.getByText('Account: Violet').waitFor();
    assert.equal((await other.request.get('/api/auth/me')).status(), 401);
    await elsewhere.reload();
    await waitForSecondFactor(elsewhere);
    await enterCode(elsewhere, await authenticator.code());
    await waitForDashboard(elsewhere);
    assert.equal(new URL(elsewhere.url()).search, '?from=another-bookmark');
    const session = await (await other.request.get('/api/auth/session')).json();
    assert.deepEqual([session.state, session.method, session.provider], ['signedIn', 'federated', 'idp']);
    assert.ok(session.amr.includes('otp'), session.amr.join());
  },
);

fixture.test('cancelling the enrolment ends the session', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  await page.goto('/login');
  await providerLink(page).click();
  await signInAtProvider(page, 'wanda');
  await page.waitForURL('**/mfa-setup*');
  await on(page).cancel.click();
  await signOutAtProvider(page);
  await page.waitForURL('**/login*');
  assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
});

// VESTIBULE_MFA=required holds for people who come through a provider, too.
import assert from 'node:assert/strict';
import { open } from '../harness/house.mjs';
import { dashboard, enterCode, finishSetUp, on, secondFactor, startSetUp } from '../harness/pages.mjs';
import { beAtProvider, idp, signOutAtProvider } from '../harness/provider.mjs';
import { Authenticator } from '../harness/totp.mjs';

const house = open({ federated: true, settings: { VESTIBULE_MFA: 'required' } });
const door = (page) => on(page).door(idp.label);

house.test(
  'the first sign-in ends at the set-up page, the next one at the code, and both lead on',
  async ({ visit }) => {
    const { page, context } = await visit();
    await page.goto('/?from=a-bookmark');
    await door(page).click();
    await beAtProvider(page, 'violet');
    await page.waitForURL('**/mfa-setup*');
    assert.equal((await context.request.get('/api/auth/me')).status(), 401);
    const authenticator = new Authenticator(await startSetUp(page));
    await enterCode(page, await authenticator.code());
    await finishSetUp(page);
    await dashboard(page);
    assert.equal(new URL(page.url()).search, '?from=a-bookmark');

    const { page: elsewhere, context: other } = await visit();
    await elsewhere.goto('/?from=another-bookmark');
    await door(elsewhere).click();
    await beAtProvider(elsewhere, 'violet');
    await secondFactor(elsewhere);
    assert.equal((await other.request.get('/api/auth/me')).status(), 401);
    await elsewhere.reload();
    await secondFactor(elsewhere);
    await enterCode(elsewhere, await authenticator.code());
    await dashboard(elsewhere);
    assert.equal(new URL(elsewhere.url()).search, '?from=another-bookmark');
    const session = await (await other.request.get('/api/auth/session')).json();
    assert.deepEqual([session.state, session.method, session.provider], ['signedIn', 'federated', 'idp']);
    assert.ok(session.amr.includes('otp'), session.amr.join());
  },
);

house.test('who cancels the set-up is nobody', async ({ visit }) => {
  const { page, context } = await visit();
  await page.goto('/login');
  await door(page).click();
  await beAtProvider(page, 'wanda');
  await page.waitForURL('**/mfa-setup*');
  await on(page).cancel.click();
  await signOutAtProvider(page);
  await page.waitForURL('**/login*');
  assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
});

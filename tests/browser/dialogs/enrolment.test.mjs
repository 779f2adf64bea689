// A sign-in over the page that requires the enrolment of a second factor.
import assert from 'node:assert/strict';
import { screenshot } from '../harness/browser.mjs';
import { ada, userLike } from '../harness/fixture.mjs';
import { enterCode, finishEnrolment, startEnrolment } from '../harness/pages.mjs';
import { idp, signInAtProvider } from '../harness/provider.mjs';
import { createSampleFixture } from '../harness/sample.mjs';
import { Authenticator } from '../harness/totp.mjs';
import { assertOrderKept, endSessions, enterPassword, on } from './dialog-pages.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const dora = userLike(ada, 'dora', { displayName: 'Dora', totpSecret: key });
const fixture = createSampleFixture({
  users: [dora],
  federated: true,
  settings: { VESTIBULE_MFA: 'required' },
});

async function fillOrder(page) {
  await on(page).item.fill('Lantern');
  await on(page).note.fill('half a sent');
}

/** Enrols an app on the page of the enrolment, and leaves it. */
async function enrol(page) {
  const authenticator = new Authenticator(await startEnrolment(page));
  await enterCode(page, await authenticator.code());
  await finishEnrolment(page);
}

/** Removes the second factor as an administrator does. The page then shows that its session has ended. */
async function resetSecondFactor(page, service, user) {
  await service.command(['users', 'reset-mfa', user]);
  await endSessions(page, service, user);
}

fixture.test(
  'after the password, the enrolment has its page and leads back',
  async ({ newBrowser, service }) => {
    const { page } = await newBrowser();
    await page.goto('/orders/new');
    await page.getByRole('textbox', { name: /^user name/i }).fill(dora.username);
    await page.getByLabel('Password', { exact: true }).fill(dora.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await enterCode(page, await new Authenticator(key).code());
    await fillOrder(page);
    await resetSecondFactor(page, service, dora.username);
    await enterPassword(page, dora.password);
    await enrol(page);
    await on(page).item.waitFor();
    assert.equal(new URL(page.url()).pathname, '/orders/new');
  },
);

fixture.test('in the window of a provider, the enrolment keeps the page', async ({ newBrowser, service }) => {
  const { page, context } = await newBrowser();
  await page.goto('/login?returnTo=/orders/new');
  await page.getByRole('link', { name: `Continue with ${idp.label}` }).click();
  await signInAtProvider(page, 'hazel');
  await enrol(page);
  await fillOrder(page);
  const { id } = await page.evaluate(async () => (await fetch('/api/auth/me')).json());
  await resetSecondFactor(page, service, id);
  const opened = context.waitForEvent('page');
  await on(page).provider(idp.label).click();
  const popup = await opened;
  await signInAtProvider(popup, 'hazel');
  await popup.waitForURL('**/mfa-setup*');
  await screenshot(popup, 'sign-in-again-enrolment');
  assert.ok(await on(page).dialog.isVisible(), 'the dialog waits for the window');
  const closed = popup.waitForEvent('close');
  await enrol(popup).catch((error) => {
    if (!popup.isClosed()) throw error;
  });
  await closed;
  await assertOrderKept(page);
});

// Codes by mail and SMS on the account page: set-up, change, removal, and the re-authentication with them.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { assertAccessible, checkAppearance, eventually, screenshot } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import {
  button,
  card,
  numberField,
  setUpMail,
  setUpSms,
  startChannels,
  startSms,
  wrong,
} from '../harness/message-codes.mjs';
import {
  enterCode,
  fillSignIn,
  on,
  openSection,
  saveRecoveryCodes,
  signIn,
  signInWithCode,
  waitForDashboard,
  waitForSignInPage,
} from '../harness/pages.mjs';
import { startService } from '../harness/service.mjs';
import { ageAuthentication, ageCodes } from '../harness/session-age.mjs';
import { Authenticator } from '../harness/totp.mjs';

const { settings, gateway, mailCode } = await startChannels();
const focused = (locator) => locator.evaluate((element) => element.contains(document.activeElement));

async function assertDialogFits(page) {
  const [width, visible] = await on(page).reauthentication.evaluate((dialog) => [
    dialog.scrollWidth,
    dialog.clientWidth,
  ]);
  assert.ok(width <= visible, `${width} px wide in a dialog of ${visible} px`);
}

/** Sessions of tests on MongoDB can be made older. */
const store = 'mongodb';
const userNames = ['agnes', 'beryl', 'clara', 'dora', 'edith', 'fay', 'hilda', 'iris'];
const [agnes, beryl, clara, dora, edith, fay, hilda, iris] = userNames.map((name) => userLike(ada, name));
const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

describe('codes by message on the account page', () => {
  const gwen = userLike(ada, 'gwen', { emailVerified: false });
  const judy = userLike(ada, 'judy', { totpSecret: key });
  const root = userLike(ada, 'root', { roles: 'admin' });
  const users = [agnes, beryl, clara, dora, edith, fay, gwen, hilda, judy, root];
  const fixture = createFixture({ users, settings, store });

  fixture.test('by mail go to the verified address, after a code came back', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await signIn(page, agnes);
    await openSection(page, 'Security');
    await card(page).getByText('NIST SP 800-63B').waitFor();
    await checkAppearance(page, 'message-codes-none');
    await button(page, 'Set up codes by email').click();
    await button(page, 'Send a code').click();
    await card(page)
      .getByText(/A code was sent to .?a….?@corp\.example/)
      .waitFor();
    assert.ok(await focused(on(page).code), 'the user can type the code at once');
    await checkAppearance(page, 'message-codes-mail-sent');
    const code = await mailCode(agnes.email);
    await enterCode(page, wrong(code));
    await on(page).alert.filter({ hasText: 'This code is wrong' }).waitFor();
    assert.ok(await focused(on(page).code), 'the user can type another code at once');
    await screenshot(page, 'message-codes-mail-wrong');
    await enterCode(page, code);
    assert.equal((await saveRecoveryCodes(page)).length, 10);
    await card(page)
      .getByText(/to .?a….?@corp\.example/)
      .waitFor();
    await card(page).getByRole('status').filter({ hasText: 'Codes by email: set up.' }).waitFor();
    await checkAppearance(page, 'message-codes-mail');
    assert.doesNotMatch(await page.content(), /agnes@corp\.example.*codes/, 'the address is masked');
  });

  fixture.test('need a verified address', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await signIn(page, gwen);
    await openSection(page, 'Security');
    await card(page).getByText('Verify your email address in your profile first.').waitFor();
    assert.equal(await button(page, 'Set up codes by email').count(), 0);
  });

  fixture.test('by SMS go to a number in international form only', async ({ newBrowser }) => {
    const { page, requests } = await newBrowser();
    const number = '+4915112345601';
    await signIn(page, beryl);
    await startSms(page, '0151 12345601');
    await card(page).getByText('Enter the whole number with “+”').waitFor();
    assert.ok(await focused(numberField(page)), 'the user can correct the number at once');
    assert.equal(requests('POST', '/api/account/message-codes').length, 0);
    await checkAppearance(page, 'message-codes-number');
    await numberField(page).fill('+49 (151) 123-45601');
    await button(page, 'Send a code').click();
    const code = await gateway.code(number);
    assert.ok(await focused(on(page).code), 'the user can type the code at once');
    assert.doesNotMatch(await card(page).innerText(), /12345601/, 'the number is masked');
    await enterCode(page, code.slice(1));
    await card(page).getByText('Enter the 8 digits of the code.').waitFor();
    for (let left = 4; left > 0; left--) {
      await enterCode(page, wrong(code));
      await on(page).alert.filter({ hasText: 'This code is wrong' }).waitFor();
      await eventually('the field is empty', async () => (await on(page).code.inputValue()) === '');
    }
    await on(page).alert.filter({ hasText: 'You have one more attempt' }).waitFor();
    await screenshot(page, 'message-codes-sms-wrong');
    await enterCode(page, wrong(code));
    await on(page).alert.filter({ hasText: 'after 5 wrong codes' }).waitFor();
    assert.ok(await focused(on(page).alert), 'the field that had the focus is gone');
    assert.equal(await numberField(page).inputValue(), number);
    await screenshot(page, 'message-codes-sms-ended');
    await assertAccessible(page, 'an ended set-up');
  });

  fixture.test('can be sent to another number after a confirmed one', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await signIn(page, clara);
    await setUpSms(page, '+4915112345602', gateway);
    await checkAppearance(page, 'message-codes-sms');
    await button(page, 'Change phone number').click();
    await numberField(page).fill('+44 7700 900123');
    await button(page, 'Send a code').click();
    await enterCode(page, wrong(await gateway.code('+447700900123')));
    await on(page).alert.filter({ hasText: 'This code is wrong' }).waitFor();
    await button(card(page), 'Cancel').click();
    await card(page).getByText('+49 ••• ••02').waitFor();
    await button(page, 'Change phone number').click();
    await numberField(page).fill('+44 7700 900123');
    await button(page, 'Send a code').click();
    await card(page).getByRole('alert').filter({ hasText: 'No further code can be sent' }).waitFor();
    await screenshot(page, 'message-codes-change-limit');
  });

  fixture.test(
    'are removed after a question, and the other devices are signed out',
    async ({ newBrowser }) => {
      const { page } = await newBrowser();
      const number = '+4915112345603';
      await signIn(page, dora);
      await setUpSms(page, number, gateway);
      const { page: elsewhere } = await newBrowser();
      await elsewhere.goto('/login');
      await fillSignIn(elsewhere, dora);
      await button(elsewhere, 'Send a code').click();
      await enterCode(elsewhere, await gateway.code(number, 2));
      await waitForDashboard(elsewhere);
      await button(page, 'Remove codes by SMS').click();
      await card(page).getByText('the number is deleted').waitFor();
      await checkAppearance(page, 'message-codes-remove');
      await button(card(page), 'Remove').click();
      await card(page).getByRole('status').filter({ hasText: 'Codes by SMS: removed.' }).waitFor();
      await button(page, 'Set up codes by SMS').waitFor();
      assert.equal(await page.getByRole('region', { name: 'Recovery codes' }).count(), 0);
      await elsewhere.reload();
      await waitForSignInPage(elsewhere);
      await signIn(elsewhere, dora);
    },
  );

  fixture.test('re-authenticate the user in the dialog', async ({ newBrowser, store }) => {
    const { page } = await newBrowser();
    await signIn(page, edith);
    await setUpMail(page, edith, mailCode);
    await ageAuthentication(store);
    await button(page, 'Remove codes by email').click();
    await button(card(page), 'Remove').click();
    const dialog = on(page).reauthentication;
    await dialog.waitFor();
    await checkAppearance(page, 'message-codes-dialog', () => assertDialogFits(page));
    // The minute of the last code is of this session.
    await ageCodes(store, 61_000);
    await button(dialog, 'Send a code').click();
    const code = await mailCode(edith.email, 2);
    await dialog.getByText(/A code was sent to .?e….?@corp\.example/).waitFor();
    assert.ok(await focused(dialog.getByLabel('8-digit code')), 'the user can type the code at once');
    await checkAppearance(page, 'message-codes-dialog-sent', () => assertDialogFits(page));
    await enterCode(dialog, wrong(code));
    await dialog.getByRole('alert').filter({ hasText: 'This code is wrong' }).waitFor();
    await enterCode(dialog, code);
    await card(page).getByRole('status').filter({ hasText: 'Codes by email: removed.' }).waitFor();
  });

  fixture.test('can be set up over a login that becomes too old', async ({ newBrowser, store }) => {
    const { page } = await newBrowser();
    const number = '+4915112345604';
    const authenticator = new Authenticator(key);
    await page.clock.install();
    await signInWithCode(page, judy, authenticator);
    await startSms(page, number);
    await gateway.code(number);
    await on(page).code.waitFor();
    await ageAuthentication(store);
    await page.clock.fastForward(61_000);
    await button(page, 'Send another code').click();
    const dialog = on(page).reauthentication;
    await dialog.waitFor();
    // The page and the dialog have a field for a code, each with a label of its own.
    await dialog.getByLabel('6-digit code').fill(await authenticator.code());
    const code = await gateway.code(number, 2);
    await dialog.waitFor({ state: 'detached' });
    await ageAuthentication(store);
    await enterCode(page, code);
    await card(page).getByRole('status').filter({ hasText: 'Codes by SMS: set up.' }).waitFor();
  });

  fixture.test('are not enough for an administrator', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    const number = '+4915112345608';
    await signIn(page, root);
    await startSms(page, number);
    await card(page).getByRole('alert').filter({ hasText: 'not enough for it' }).waitFor();
    assert.equal(gateway.requestsTo(number).length, 0, 'no message is sent for nothing');
    await checkAppearance(page, 'message-codes-administrator');
  });

  fixture.test(
    'are on their way when the gateway fails, and are not sent when it refuses',
    async ({ newBrowser }) => {
      const { page } = await newBrowser();
      const number = '+4915112345605';
      await signIn(page, fay);
      try {
        gateway.behave(422);
        await startSms(page, number);
        await card(page).getByRole('alert').filter({ hasText: 'could not be sent' }).waitFor();
        await checkAppearance(page, 'message-codes-refused');
        gateway.behave(500);
        await button(page, 'Send a code').click();
        await card(page).getByText('is delayed').waitFor();
        assert.doesNotMatch(await card(page).innerText(), /was sent/);
        await checkAppearance(page, 'message-codes-delayed');
      } finally {
        gateway.behave(204);
      }
      await enterCode(page, await gateway.code(number));
      await saveRecoveryCodes(page);
    },
    { consoleErrors: true },
  );

  fixture.test('leave no code and no number in the browser', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    const number = '+4915112345606';
    const urls = [];
    page.on('request', (request) => urls.push(request.url()));
    page.on('framenavigated', (frame) => urls.push(frame.url()));
    await signIn(page, hilda);
    await setUpSms(page, number, gateway);
    const secrets = [await gateway.code(number), '15112345606'];
    const kept = await page.evaluate(async () => [
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      JSON.stringify(history.state),
      document.cookie,
      JSON.stringify(await indexedDB.databases()),
      JSON.stringify(await caches.keys()),
    ]);
    for (const text of [...urls, ...kept]) assert.ok(!secrets.some((secret) => text.includes(secret)), text);
  });
});

describe('codes by message that the service offers no more', () => {
  const fixture = createFixture({ users: [iris], settings, store });

  fixture.test('are shown with a reason, and can be removed', async ({ newBrowser, service, store }) => {
    const { page } = await newBrowser();
    await signIn(page, iris);
    await setUpMail(page, iris, mailCode);
    // A second replica, on which the channel is turned off already.
    const channels = { ...settings, VESTIBULE_MESSAGE_CODES: 'sms' };
    const replica = await startService({ store, settings: channels, publicUrl: service.url });
    try {
      await page.goto(`${replica.url}/?section=security`);
      await card(page).getByText('no longer sends codes in this way').waitFor();
      await checkAppearance(page, 'message-codes-not-offered');
      await button(page, 'Remove codes by email').click();
      await button(card(page), 'Remove').click();
      await card(page).getByRole('status').filter({ hasText: 'Codes by email: removed.' }).waitFor();
    } finally {
      // Its page has an open stream of events.
      await page.goto(service.url);
      await replica.stop();
    }
  });
});

// Codes by mail and SMS as the second factor of a login, with a real mail server and a real SMS gateway.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  assertAccessible,
  assertNoHorizontalScroll,
  checkAppearance,
  eventually,
  phone,
  screenshot,
} from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import { button, setUpMail, setUpSms, startChannels, wrong } from '../harness/message-codes.mjs';
import {
  enterCode,
  fillSignIn,
  finishEnrolment,
  on,
  saveRecoveryCodes,
  signIn,
  startEnrolment,
  waitForDashboard,
  waitForSecondFactor,
  waitForSignInPage,
} from '../harness/pages.mjs';
import { ageCodes } from '../harness/session-age.mjs';
import { Authenticator } from '../harness/totp.mjs';

const { settings, gateway, mailCode } = await startChannels();
const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const SEND = '/api/mfa/message/send';

const session = (page) => page.evaluate(async () => (await fetch('/api/auth/session')).json());
const focused = (locator) => locator.evaluate((element) => element.contains(document.activeElement));
const sendAgain = (page) => button(page, 'Send another code');
/** Returns the seconds that the page shows until another code can be sent; `null` without a countdown. */
const secondsLeft = async (page) => {
  const text = await page.getByText(/^possible in/).allInnerTexts();
  return text.length > 0 ? Number(/\d+/.exec(text[0])[0]) : null;
};

/** Returns whether the `+` of a phone number is on the left of its last digits. */
const isLeftToRight = (locator) =>
  locator.evaluate((element) => {
    const [text] = [...element.childNodes].filter((node) => node.textContent.includes('+'));
    const leftOf = (index) => {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + 1);
      return range.getBoundingClientRect().left;
    };
    return leftOf(text.textContent.indexOf('+')) < leftOf(text.textContent.lastIndexOf('•') + 1);
  });

async function signOut(page) {
  await on(page).signOut.click();
  await waitForSignInPage(page);
}

/** Signs in with the password. The page then asks for the second factor. */
async function startLogin(page, user) {
  await page.goto('/login');
  await fillSignIn(page, user);
  await page.waitForURL('**/second-factor*');
}

/** Returns a user with codes by SMS to a number of its own, and by mail if `mail` is set. */
function withPhone(user, number, { mail = false } = {}) {
  const confirmedAt = '2026-11-01T10:00:00.000Z';
  const codes = { sms: { number, confirmedAt }, ...(mail ? { email: { confirmedAt } } : {}) };
  return { ...user, messageCodes: JSON.stringify(codes) };
}

for (const store of ['sqlite', 'mongodb']) {
  describe(`codes by message on ${store}`, () => {
    const user = userLike(ada, `ada-${store}`);
    const number = store === 'sqlite' ? '+4915112345701' : '+4915112345702';
    const fixture = createFixture({ users: [user], settings, store });

    fixture.test('a user sets up both channels and signs in with each', async ({ newBrowser }) => {
      const { page } = await newBrowser();
      await signIn(page, user);
      await setUpMail(page, user, mailCode);
      await setUpSms(page, number, gateway, false);
      await signOut(page);
      for (const [channel, amr, code] of [
        ['email', 'email', () => mailCode(user.email, 2)],
        ['SMS', 'sms', () => gateway.code(number, 2)],
      ]) {
        await startLogin(page, user);
        const other = button(page, `Use a code by ${channel}`);
        await button(page, 'Send a code').waitFor();
        if ((await other.count()) > 0) await other.click();
        await button(page, 'Send a code').click();
        await page.getByText(/A code was sent to/).waitFor();
        await enterCode(page, await code());
        await waitForDashboard(page);
        assert.deepEqual((await session(page)).amr, ['pwd', amr]);
        await signOut(page);
      }
    });
  });
}

describe('a code by message at the login', () => {
  const numberOf = (index) => `+491511234571${index}`;
  const names = ['agnes', 'beryl', 'clara', 'dora', 'edith', 'fay', 'gwen', 'hilda', 'iris'];
  const [agnes, beryl, clara, dora, edith, fay, gwen, hilda, iris] = names.map((name, index) =>
    withPhone(userLike(ada, name), numberOf(index), { mail: name === 'gwen' }),
  );
  const judy = userLike(ada, 'judy');
  const kitty = {
    ...userLike(ada, 'kitty', { totpSecret: key }),
    messageCodes: JSON.stringify({ email: { confirmedAt: '2026-11-01T10:00:00.000Z' } }),
  };
  const fixture = createFixture({
    users: [agnes, beryl, clara, dora, edith, fay, gwen, hilda, iris, judy, kitty],
    settings,
    store: 'mongodb',
  });

  fixture.test(
    'can be sent again when the countdown is over, and not before',
    async ({ newBrowser, store }) => {
      const number = numberOf(0);
      const { page, requests } = await newBrowser();
      await page.clock.install();
      await startLogin(page, agnes);
      await screenshot(page, 'message-login-start');
      await button(page, 'Send a code').click();
      await page.getByText(/A code was sent to .?\+49\s•••\s••10/).waitFor();
      assert.ok(await focused(on(page).code), 'the user can type the code at once');
      const first = await gateway.code(number);
      const shown = await secondsLeft(page);
      assert.ok(shown <= 61 && shown > 50, `${shown} s`);
      await sendAgain(page).click({ force: true });
      assert.equal(requests('POST', SEND).length, 1, 'no request while the service would refuse it');
      // A reload forgets the countdown: the service has it.
      const { page: other } = await newBrowser();
      await other.context().addCookies(await page.context().cookies());
      await other.goto('/second-factor');
      await button(other, 'I already have a code').click();
      await sendAgain(other).click();
      await on(other).alert.filter({ hasText: 'No further code can be sent' }).waitFor();
      await screenshot(other, 'message-login-reloaded');
      await checkAppearance(page, 'message-login-sent');
      // The rest of the minute, for the service and for the page.
      await ageCodes(store, 61_000);
      await page.clock.fastForward(61_000);
      await eventually('the countdown is over', async () => (await secondsLeft(page)) === null);
      await sendAgain(page).click();
      const second = await gateway.code(number, 2);
      await enterCode(page, first);
      await on(page).alert.filter({ hasText: 'no longer valid' }).waitFor();
      await enterCode(page, second);
      await waitForDashboard(page);
    },
  );

  fixture.test(
    'is refused after five messages in ten minutes, with the time to wait',
    async ({ newBrowser }) => {
      const number = numberOf(1);
      for (let sent = 0; sent < 5; sent++) {
        const { page, context } = await newBrowser();
        await startLogin(page, beryl);
        await button(page, 'Send a code').click();
        await page.getByText(/A code was sent to/).waitFor();
        await context.close();
      }
      const { page } = await newBrowser();
      await startLogin(page, beryl);
      await button(page, 'Send a code').click();
      await on(page).alert.filter({ hasText: 'No further code can be sent' }).waitFor();
      await on(page)
        .alert.filter({ hasText: /Try again in \d+ mins? \d+ secs?/ })
        .waitFor();
      assert.equal(await button(page, 'Send a code').getAttribute('aria-disabled'), 'true');
      assert.equal(gateway.requestsTo(number).length, 5);
      await checkAppearance(page, 'message-login-limit');
    },
  );

  fixture.test('that is wrong five times ends the login', async ({ newBrowser }) => {
    const number = numberOf(2);
    const { page } = await newBrowser();
    await startLogin(page, clara);
    await button(page, 'Send a code').click();
    const code = await gateway.code(number);
    for (let left = 4; left > 0; left--) {
      await on(page).code.waitFor();
      await enterCode(page, wrong(code));
      await on(page).alert.filter({ hasText: 'This code is wrong' }).waitFor();
      await eventually('the field is empty', async () => (await on(page).code.inputValue()) === '');
      assert.ok(await focused(on(page).code), 'the user can type another code at once');
    }
    await on(page).alert.filter({ hasText: 'one more attempt' }).waitFor();
    await checkAppearance(page, 'message-login-wrong');
    await enterCode(page, wrong(code));
    await waitForSignInPage(page);
    await screenshot(page, 'message-login-ended');
    // The code of the ended login opens nothing.
    await startLogin(page, clara);
    await button(page, 'I already have a code').click();
    await enterCode(page, code);
    await on(page).alert.filter({ hasText: 'wrong or no longer valid' }).waitFor();
  });

  fixture.test('that has expired or was used is refused', async ({ newBrowser, store }) => {
    const number = numberOf(3);
    const { page } = await newBrowser();
    await page.clock.install();
    await startLogin(page, dora);
    await button(page, 'Send a code').click();
    const code = await gateway.code(number);
    await on(page).code.waitFor();
    await ageCodes(store, 600_000);
    await page.clock.fastForward(601_000);
    await enterCode(page, code);
    await on(page).alert.filter({ hasText: 'This code has expired. Have another one sent.' }).waitFor();
    await screenshot(page, 'message-login-expired');
    await sendAgain(page).click();
    const next = await gateway.code(number, 2);
    await enterCode(page, next);
    await waitForDashboard(page);
    // The session of the code is over: its id was replaced.
    const { page: attacker } = await newBrowser();
    await startLogin(attacker, dora);
    await button(attacker, 'I already have a code').click();
    await enterCode(attacker, next);
    await on(attacker).alert.filter({ hasText: 'wrong or no longer valid' }).waitFor();
  });

  for (const [user, number, behaviour, name] of [
    [edith, numberOf(4), 500, 'that fails'],
    [fay, numberOf(5), 'hang', 'that hangs'],
  ]) {
    fixture.test(`is on its way with a gateway ${name}, and the page says so`, async ({ newBrowser }) => {
      const { page } = await newBrowser();
      await startLogin(page, user);
      try {
        gateway.behave(behaviour);
        await button(page, 'Send a code').click();
        await page.getByText(/The code for .* is delayed/).waitFor();
        assert.equal(await page.getByText(/was sent to/).count(), 0);
        assert.ok(await focused(on(page).code), 'the code may come at any time');
      } finally {
        gateway.behave(204);
      }
      await screenshot(page, `message-login-delayed-${behaviour}`);
      const code = await gateway.code(number);
      const ids = new Set(gateway.requestsTo(number).map(({ id }) => id));
      assert.equal(ids.size, 1, 'each attempt of a message has the same id');
      await enterCode(page, code);
      await waitForDashboard(page);
    });
  }

  fixture.test(
    'is not sent if the gateway refuses it, and another method works',
    async ({ newBrowser }) => {
      const { page } = await newBrowser();
      await startLogin(page, gwen);
      try {
        gateway.behave(422);
        await button(page, 'Send a code').click();
        await on(page).alert.filter({ hasText: 'The message could not be sent.' }).waitFor();
        await checkAppearance(page, 'message-login-refused');
      } finally {
        gateway.behave(204);
      }
      await button(page, 'Use a code by email').click();
      assert.equal(await on(page).alert.count(), 0, 'the failure belongs to the other channel');
      await button(page, 'Send a code').click();
      await enterCode(page, await mailCode(gwen.email));
      await waitForDashboard(page);
    },
    { consoleErrors: true },
  );

  fixture.test('is a fallback for the authenticator app', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    const authenticator = new Authenticator(key);
    await startLogin(page, kitty);
    await page.getByLabel('6-digit code').waitFor();
    await screenshot(page, 'message-login-fallback');
    await button(page, 'Use a code by email').click();
    assert.ok(await focused(button(page, 'Send a code')));
    await button(page, 'Send a code').click();
    await enterCode(page, await mailCode(kitty.email));
    await waitForDashboard(page);
    assert.deepEqual((await session(page)).amr, ['pwd', 'email']);
    await signOut(page);
    await startLogin(page, kitty);
    // The method that was used last comes first.
    await button(page, 'Send a code').waitFor();
    await button(page, 'Use the authenticator app').click();
    await enterCode(page, await authenticator.code());
    await waitForDashboard(page);
  });

  fixture.test('needs no mouse', async ({ newBrowser }) => {
    const number = numberOf(7);
    const { page } = await newBrowser();
    await startLogin(page, hilda);
    await button(page, 'Send a code').waitFor();
    for (let tabs = 0; !(await focused(button(page, 'Send a code'))); tabs++) {
      assert.ok(tabs < 15, 'the button is in the order of the Tab key');
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await eventually('the field has the focus', async () => {
      const field = on(page).code;
      return (await field.count()) > 0 && focused(field);
    });
    const described = await sendAgain(page).getAttribute('aria-describedby');
    assert.match(await page.locator(`#${described}`).innerText(), /^possible in/, 'why it is disabled');
    await page.keyboard.type(await gateway.code(number));
    await page.keyboard.press('Enter');
    await waitForDashboard(page);
  });

  fixture.test('fits on a phone, dark and from right to left', async ({ newBrowser }) => {
    const number = numberOf(8);
    const { page } = await newBrowser({ viewport: phone, colorScheme: 'dark', locale: 'ar' });
    await page.goto('/login');
    await page.locator('input[name=username]').fill(iris.username);
    await page.locator('input[name=password]').fill(iris.password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/second-factor*');
    const send = button(page, 'إرسال رمز');
    await send.waitFor();
    await assertAccessible(page, 'the request for a code in Arabic');
    await screenshot(page, 'message-login-phone-ar');
    await send.click();
    await page.locator('input[name=code]').waitFor();
    const status = page.locator('vestibule-send-code > [role=status]');
    assert.ok(await isLeftToRight(status), 'the number begins on the left');
    await assertNoHorizontalScroll(page, 'the code in Arabic');
    await assertAccessible(page, 'the code in Arabic');
    await screenshot(page, 'message-login-phone-ar-sent');
    // A code of a message comes with the digits of its language, and a browser fills it in at once.
    await page.locator('input[name=code]').fill(await gateway.code(number));
    await waitForDashboard(page);
    await page.goto('/?section=security');
    await page.locator('#message-codes').waitFor();
    await assertNoHorizontalScroll(page, 'the card in Arabic');
    await assertAccessible(page, 'the card in Arabic');
    await screenshot(page, 'message-codes-phone-ar');
  });

  for (const locale of ['de', 'fr', 'es']) {
    fixture.test(`fits on a phone with its texts in ${locale}`, async ({ newBrowser }) => {
      const { page } = await newBrowser({ viewport: phone, locale });
      await page.goto('/login');
      await page.locator('input[name=username]').fill(judy.username);
      await page.locator('input[name=password]').fill(judy.password);
      await page.keyboard.press('Enter');
      await waitForDashboard(page);
      await page.goto('/?section=security');
      const card = page.locator('vestibule-message-codes');
      await card.locator('button').last().click();
      await card.locator('input[name=phone-number]').fill('0151 1234');
      await card.locator('button[type=submit]').click();
      await assertNoHorizontalScroll(page, 'the form for a number');
      await assertAccessible(page, 'the form for a number');
      await screenshot(page, `message-codes-phone-${locale}`);
    });
  }
});

describe('codes by message where a second factor is required', () => {
  const lena = userLike(ada, 'lena');
  const root = userLike(ada, 'root', { roles: 'admin' });
  const fixture = createFixture({
    users: [lena, root],
    settings: { ...settings, VESTIBULE_MFA: 'required' },
  });

  fixture.test('are the last choice of the enrolment', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/login');
    await fillSignIn(page, lena);
    await page.waitForURL('**/mfa-setup*');
    await button(page, 'Use a code by email').waitFor();
    await checkAppearance(page, 'message-enrolment');
    await button(page, 'Use a code by SMS').click();
    await button(page, 'Cancel').first().waitFor();
    await screenshot(page, 'message-enrolment-sms');
    await page.locator('vestibule-set-up-message-codes').getByRole('button', { name: 'Cancel' }).click();
    await button(page, 'Use a code by email').click();
    await button(page, 'Send a code').click();
    await enterCode(page, await mailCode(lena.email));
    await page.getByRole('heading', { name: 'Codes by message are set up' }).waitFor();
    assert.equal((await saveRecoveryCodes(page)).length, 10);
    await waitForDashboard(page);
    assert.deepEqual((await session(page)).amr, ['pwd', 'email']);
  });

  fixture.test(
    'are refused to an administrator, who is asked for an app or a passkey',
    async ({ newBrowser }) => {
      const { page } = await newBrowser();
      const number = '+4915112345720';
      await page.goto('/login');
      await fillSignIn(page, root);
      await page.waitForURL('**/mfa-setup*');
      await button(page, 'Use a code by SMS').click();
      await page.getByLabel('Phone number').fill(number);
      await button(page, 'Send a code').click();
      await on(page).alert.filter({ hasText: 'codes by message are not enough for it' }).waitFor();
      assert.equal(gateway.requestsTo(number).length, 0);
      await checkAppearance(page, 'message-enrolment-administrator');
      const authenticator = new Authenticator(await startEnrolment(page));
      await enterCode(page, await authenticator.code());
      await finishEnrolment(page);
      await waitForDashboard(page);
    },
  );
});

describe('an administrator with codes by message alone', () => {
  const number = '+4915112345721';
  const grace = withPhone(userLike(ada, 'grace'), number);
  const fixture = createFixture({ users: [grace], settings });

  fixture.test('must add an app or a passkey', async ({ newBrowser, service }) => {
    await service.command(['users', 'roles', 'add', 'grace', 'admin']);
    const { page } = await newBrowser();
    await startLogin(page, grace);
    await button(page, 'Send a code').click();
    await enterCode(page, await gateway.code(number));
    await page.waitForURL('**/mfa-setup*');
    await page.getByText('codes by message are not enough for it').waitFor();
    assert.equal(await button(page, 'Use a code by email').count(), 0);
    await checkAppearance(page, 'message-login-administrator');
    const authenticator = new Authenticator(await startEnrolment(page));
    await enterCode(page, await authenticator.code());
    await finishEnrolment(page);
    await waitForDashboard(page);
    await signOut(page);
    await startLogin(page, grace);
    await waitForSecondFactor(page);
  });
});

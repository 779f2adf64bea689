// The authenticator app: enrolment by a signed-in user, and the code at the next login.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { assertAccessible, eventually } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import {
  assertFocusAtError,
  enterCode,
  fillSignIn,
  finishEnrolment,
  on,
  signIn,
  signInWithCode,
  startEnrolment,
  waitForDashboard,
  waitForSecondFactor,
  waitForSignInPage,
  openSection,
} from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const seededKey = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
/** `katherine` has an authenticator app by import. */
const katherine = userLike(ada, 'katherine', { displayName: 'Katherine Johnson', totpSecret: seededKey });

for (const store of ['sqlite', 'mongodb']) {
  describe(`on ${store}`, () => {
    const fixture = createFixture({ users: [ada, katherine], store });

    fixture.test('a user enrols an app with the key and signs in with its codes', async ({ newBrowser }) => {
      const { page, cookie } = await newBrowser();
      await signIn(page, ada);
      await openSection(page, 'Security');
      await on(page).goToEnrolment.click();
      const authenticator = new Authenticator(await startEnrolment(page));
      const before = await cookie('vestibule');
      await enterCode(page, await authenticator.code());
      await finishEnrolment(page);
      await waitForDashboard(page);
      assert.notEqual(
        (await cookie('vestibule')).value,
        before.value,
        'the second factor gives the session a new id',
      );

      await on(page).signOut.click();
      await waitForSignInPage(page);
      await signInWithCode(page, ada, authenticator);
    });

    fixture.test('an imported key is an active factor at once', async ({ newBrowser }) => {
      const { page } = await newBrowser();
      await signInWithCode(page, katherine, new Authenticator(seededKey));
    });
  });
}

describe('the enrolment page', () => {
  const mary = userLike(ada, 'mary', { displayName: 'Mary Somerville' });
  const hedy = userLike(ada, 'hedy', { displayName: 'Hedy Lamarr' });
  const fixture = createFixture({ users: [mary, hedy] });

  fixture.test('shows a QR code, the key, and a link for the same device', async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await signIn(page, mary);
    await openSection(page, 'Security');
    await on(page).goToEnrolment.click();
    const key = (await startEnrolment(page)).replace(/\s/g, '');
    assert.match(await on(page).qr.getAttribute('src'), /^data:image\/svg\+xml;base64,/);
    const size = await on(page).qr.evaluate(({ naturalWidth, complete }) => complete && naturalWidth);
    assert.ok(size > 0, 'the QR code is loaded');
    const link = new URL(await on(page).openApp.getAttribute('href'));
    assert.equal(link.protocol, 'otpauth:');
    assert.equal(link.searchParams.get('secret'), key, 'the link contains the same key');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await on(page).copyKey.click();
    await page.getByText('Copied').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
    assert.equal(await on(page).code.getAttribute('autocomplete'), 'one-time-code');
    assert.equal(await on(page).code.getAttribute('inputmode'), 'numeric');
    await assertAccessible(page, 'the enrolment page');
  });

  fixture.test('the factor is inactive before the right code', async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await signIn(page, hedy);
    await openSection(page, 'Security');
    await on(page).goToEnrolment.click();
    const authenticator = new Authenticator(await startEnrolment(page));
    await enterCode(page, authenticator.wrongCode());
    await assertFocusAtError(page, on(page).code);
    assert.equal((await (await context.request.get('/api/auth/me')).json()).mfaEnabled, false);
    // A login without the code still works.
    const { page: elsewhere } = await newBrowser();
    await signIn(elsewhere, hedy);
    await enterCode(page, await authenticator.code());
    await finishEnrolment(page);
    await waitForDashboard(page);
    assert.equal((await (await context.request.get('/api/auth/me')).json()).mfaEnabled, true);
  });
});

describe('the second factor page', () => {
  const grace = userLike(ada, 'grace', { displayName: 'Grace Hopper', totpSecret: seededKey });
  const joan = userLike(ada, 'joan', { displayName: 'Joan Clarke', totpSecret: seededKey });
  const fixture = createFixture({ users: [grace, joan, katherine] });

  fixture.test('refuses a wrong and a used code and accepts the right one', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    const authenticator = new Authenticator(seededKey);
    await page.goto('/login');
    await fillSignIn(page, grace);
    await waitForSecondFactor(page);
    await enterCode(page, authenticator.wrongCode());
    await assertFocusAtError(page, on(page).code);
    await assertAccessible(page, 'the second factor page with an error');
    // Apps show a code in two groups.
    const code = await authenticator.code();
    await enterCode(page, `${code.slice(0, 3)} ${code.slice(3)}`);
    await waitForDashboard(page);

    const { page: elsewhere } = await newBrowser();
    await elsewhere.goto('/login');
    await fillSignIn(elsewhere, grace);
    await waitForSecondFactor(elsewhere);
    await enterCode(elsewhere, authenticator.usedCode());
    await on(elsewhere).alert.waitFor();
    await waitForSecondFactor(elsewhere);
  });

  fixture.test('sends a pasted code without the button', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/login');
    await fillSignIn(page, katherine);
    await waitForSecondFactor(page);
    await on(page).code.fill(await new Authenticator(seededKey).code());
    await waitForDashboard(page);
  });

  fixture.test('shows no account data before the code and can be cancelled', async ({ newBrowser }) => {
    const { page, context } = await newBrowser();
    await page.goto('/login');
    await fillSignIn(page, joan);
    await waitForSecondFactor(page);
    assert.equal((await context.request.get('/api/auth/me')).status(), 401);
    for (const path of ['/', '/mfa-setup', '/login']) {
      await page.goto(path);
      await on(page).heading.waitFor();
      assert.doesNotMatch(await page.locator('body').innerText(), /Joan Clarke/, path);
    }
    await page.goto('/');
    await waitForSecondFactor(page);
    await on(page).cancel.click();
    await waitForSignInPage(page);
    assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
  });

  fixture.test(
    'returns to the sign-in page with the reason after five wrong codes',
    async ({ newBrowser }) => {
      const { page } = await newBrowser();
      const authenticator = new Authenticator(seededKey);
      await page.goto('/login');
      await fillSignIn(page, joan);
      await waitForSecondFactor(page);
      // The server checks five codes. The answer to the fifth is the end of the session.
      const statuses = [];
      while (statuses.at(-1) !== 401 && statuses.length < 6) {
        if (statuses.length > 0) {
          // The page empties the field when the response arrives, so typing must wait for that.
          await on(page).alert.waitFor();
          await eventually('the field is empty', async () => (await on(page).code.inputValue()) === '');
        }
        const answered = page.waitForResponse('**/api/mfa/verify');
        await enterCode(page, authenticator.wrongCode());
        statuses.push((await answered).status());
      }
      assert.deepEqual(statuses, [400, 400, 400, 400, 401]);
      await waitForSignInPage(page);
      await page.getByText(/wrong codes/).waitFor();
    },
  );
});

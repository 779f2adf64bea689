// The authenticator app: set up by a signed-in person, asked for at the next sign-in.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { assertAccessible, eventually } from '../harness/browser.mjs';
import { ada, like, open } from '../harness/house.mjs';
import {
  assertFocusAtError,
  dashboard,
  enterCode,
  fillSignIn,
  finishSetUp,
  on,
  secondFactor,
  signIn,
  signInPage,
  signInWithCode,
  startSetUp,
} from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const seededKey = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
/** `katherine` has an authenticator app from the seeding on. */
const katherine = like(ada, 'katherine', { displayName: 'Katherine Johnson', totpSecret: seededKey });

for (const store of ['sqlite', 'mongodb']) {
  describe(`on ${store}`, () => {
    const house = open({ people: [ada, katherine], store });

    house.test(
      'a person sets up an app with the key shown, and signs in with its codes',
      async ({ visit }) => {
        const { page, cookie } = await visit();
        await signIn(page, ada);
        await on(page).goToSetUp.click();
        const authenticator = new Authenticator(await startSetUp(page));
        const before = await cookie('vestibule');
        await enterCode(page, await authenticator.code());
        await finishSetUp(page);
        await dashboard(page);
        assert.notEqual((await cookie('vestibule')).value, before.value, 'a step up has a new session id');

        await on(page).signOut.click();
        await signInPage(page);
        await signInWithCode(page, ada, authenticator);
      },
    );

    house.test('a seeded key is an active factor at once', async ({ visit }) => {
      const { page } = await visit();
      await signInWithCode(page, katherine, new Authenticator(seededKey));
    });
  });
}

describe('the set-up page', () => {
  const mary = like(ada, 'mary', { displayName: 'Mary Somerville' });
  const hedy = like(ada, 'hedy', { displayName: 'Hedy Lamarr' });
  const house = open({ people: [mary, hedy] });

  house.test('it shows a picture, the key to type, and a link for the same phone', async ({ visit }) => {
    const { page, context } = await visit();
    await signIn(page, mary);
    await on(page).goToSetUp.click();
    const key = (await startSetUp(page)).replace(/\s/g, '');
    assert.match(await on(page).qr.getAttribute('src'), /^data:image\/svg\+xml;base64,/);
    const size = await on(page).qr.evaluate(({ naturalWidth, complete }) => complete && naturalWidth);
    assert.ok(size > 0, 'the picture is there');
    const link = new URL(await on(page).openApp.getAttribute('href'));
    assert.equal(link.protocol, 'otpauth:');
    assert.equal(link.searchParams.get('secret'), key, 'the link carries the same key');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await on(page).copyKey.click();
    await page.getByText('Copied').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
    assert.equal(await on(page).code.getAttribute('autocomplete'), 'one-time-code');
    assert.equal(await on(page).code.getAttribute('inputmode'), 'numeric');
    await assertAccessible(page, 'the set-up page');
  });

  house.test('nothing is switched on before a right code', async ({ visit }) => {
    const { page, context } = await visit();
    await signIn(page, hedy);
    await on(page).goToSetUp.click();
    const authenticator = new Authenticator(await startSetUp(page));
    await enterCode(page, authenticator.wrongCode());
    await assertFocusAtError(page, on(page).code);
    assert.equal((await (await context.request.get('/api/auth/me')).json()).mfaEnabled, false);
    // Whoever leaves now still has the account as it was.
    const { page: elsewhere } = await visit();
    await signIn(elsewhere, hedy);
    await enterCode(page, await authenticator.code());
    await finishSetUp(page);
    await dashboard(page);
    assert.equal((await (await context.request.get('/api/auth/me')).json()).mfaEnabled, true);
  });
});

describe('the second step', () => {
  const grace = like(ada, 'grace', { displayName: 'Grace Hopper', totpSecret: seededKey });
  const joan = like(ada, 'joan', { displayName: 'Joan Clarke', totpSecret: seededKey });
  const house = open({ people: [grace, joan, katherine] });

  house.test(
    'a wrong code says so and the right one still opens; a used one never again',
    async ({ visit }) => {
      const { page } = await visit();
      const authenticator = new Authenticator(seededKey);
      await page.goto('/login');
      await fillSignIn(page, grace);
      await secondFactor(page);
      await enterCode(page, authenticator.wrongCode());
      await assertFocusAtError(page, on(page).code);
      await assertAccessible(page, 'the second step with an error');
      // Apps show a code in two halves.
      const code = await authenticator.code();
      await enterCode(page, `${code.slice(0, 3)} ${code.slice(3)}`);
      await dashboard(page);

      const { page: elsewhere } = await visit();
      await elsewhere.goto('/login');
      await fillSignIn(elsewhere, grace);
      await secondFactor(elsewhere);
      await enterCode(elsewhere, authenticator.usedCode());
      await on(elsewhere).alert.waitFor();
      await secondFactor(elsewhere);
    },
  );

  house.test('a pasted code needs no button', async ({ visit }) => {
    const { page } = await visit();
    await page.goto('/login');
    await fillSignIn(page, katherine);
    await secondFactor(page);
    await on(page).code.fill(await new Authenticator(seededKey).code());
    await dashboard(page);
  });

  house.test('who has only proven the password sees nothing, and can cancel', async ({ visit }) => {
    const { page, context } = await visit();
    await page.goto('/login');
    await fillSignIn(page, joan);
    await secondFactor(page);
    assert.equal((await context.request.get('/api/auth/me')).status(), 401);
    for (const wall of ['/', '/mfa-setup', '/login']) {
      await page.goto(wall);
      await on(page).heading.waitFor();
      assert.doesNotMatch(await page.locator('body').innerText(), /Joan Clarke/, wall);
    }
    await page.goto('/');
    await secondFactor(page);
    await on(page).cancel.click();
    await signInPage(page);
    assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
  });

  house.test('five wrong codes lead back to the password, with the reason', async ({ visit }) => {
    const { page } = await visit();
    const authenticator = new Authenticator(seededKey);
    await page.goto('/login');
    await fillSignIn(page, joan);
    await secondFactor(page);
    // Five are judged; the session is over with the fifth, which the person hears at the latest when they try again.
    const statuses = [];
    while (statuses.at(-1) !== 401 && statuses.length < 6) {
      if (statuses.length > 0) {
        // What is typed before the page has taken in the answer is emptied with it.
        await on(page).alert.waitFor();
        await eventually('the field is empty', async () => (await on(page).code.inputValue()) === '');
      }
      const answered = page.waitForResponse('**/api/mfa/verify');
      await enterCode(page, authenticator.wrongCode());
      statuses.push((await answered).status());
    }
    assert.deepEqual(statuses.slice(0, 4), [400, 400, 400, 400]);
    assert.equal(statuses.at(-1), 401);
    await signInPage(page);
    await page.getByText(/wrong codes/).waitFor();
  });
});

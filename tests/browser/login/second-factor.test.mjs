// The authenticator app: set up on the dashboard, asked for at the next sign-in.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { assertAccessible } from '../harness/browser.mjs';
import { ada, like, open } from '../harness/house.mjs';
import { dashboard, enterCode, fillSignIn, on, shownKey, signIn, signInWithCode } from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const seededKey = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const grace = like(ada, 'grace', { displayName: 'Grace Hopper', totpSecret: seededKey });
const joan = like(ada, 'joan', { displayName: 'Joan Clarke', totpSecret: seededKey });
const mary = like(ada, 'mary', { displayName: 'Mary Somerville' });
const hedy = like(ada, 'hedy', { displayName: 'Hedy Lamarr' });
const seeded = like(ada, 'katherine', { displayName: 'Katherine Johnson', totpSecret: seededKey });
const people = [ada, grace, joan, mary, hedy, seeded];

for (const store of ['sqlite', 'mongodb']) {
  describe(`on ${store}`, () => {
    const house = open({ people, store });

    house.test(
      'a person sets up an app with the key shown, and signs in with its codes',
      async ({ visit }) => {
        const { page, cookie } = await visit();
        await signIn(page, ada);
        await dashboard(page);
        await on(page).setUp.first().click();
        await page.waitForURL('**/mfa-setup*');
        const authenticator = new Authenticator(await shownKey(page));
        const before = await cookie('vestibule');
        await enterCode(page, await authenticator.code());
        await dashboard(page);
        assert.notEqual((await cookie('vestibule')).value, before.value, 'a step up has a new session id');

        await on(page).signOut.click();
        await page.waitForURL('**/login*');
        await signInWithCode(page, ada, authenticator);
        await dashboard(page);
      },
    );

    house.test('a seeded key is an active factor at once', async ({ visit }) => {
      const { page } = await visit();
      await signInWithCode(page, seeded, new Authenticator(seededKey));
      await dashboard(page);
    });
  });
}

const house = open({ people });

house.test(
  'the set-up page shows a picture, the key to type, and a link for the same phone',
  async ({ visit }) => {
    const { page } = await visit();
    await signIn(page, mary);
    await dashboard(page);
    await on(page).setUp.first().click();
    const key = (await shownKey(page)).replace(/\s/g, '');
    await on(page).qr.waitFor();
    assert.match(await on(page).qr.getAttribute('src'), /^data:image\/svg\+xml;base64,/);
    const link = new URL(await on(page).openApp.getAttribute('href'));
    assert.equal(link.searchParams.get('secret'), key, 'the link carries the same key');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await on(page).copyKey.first().click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied.replace(/\s/g, ''), key, 'copied');
    assert.equal(await on(page).code.getAttribute('inputmode'), 'numeric');
    await assertAccessible(page, 'the set-up page');
  },
);

house.test('nothing is switched on before a right code', async ({ visit }) => {
  const { page } = await visit();
  await signIn(page, hedy);
  await dashboard(page);
  await on(page).setUp.first().click();
  const authenticator = new Authenticator(await shownKey(page));
  await enterCode(page, authenticator.wrongCode());
  await on(page).alert.waitFor();
  const me = await (await page.context().request.get('/api/auth/me')).json();
  assert.equal(me.mfaEnabled, false);
  // Leaving now leaves the account as it was.
  const { page: other } = await visit();
  await signIn(other, hedy);
  await dashboard(other);
  // The same key still works where it is shown.
  await enterCode(page, await authenticator.code());
  await dashboard(page);
});

house.test(
  'a wrong code says so and the right one still opens; a used one never again',
  async ({ visit }) => {
    const { page } = await visit();
    const authenticator = new Authenticator(seededKey);
    await page.goto('/login');
    await fillSignIn(page, grace);
    await page.waitForURL('**/second-factor*');
    await enterCode(page, authenticator.wrongCode());
    await on(page).alert.waitFor();
    const focused = await on(page).alert.evaluate((alert) => alert.contains(document.activeElement));
    assert.ok(
      focused || (await on(page).code.evaluate((field) => field === document.activeElement)),
      'the focus is at the error or at the field',
    );
    await assertAccessible(page, 'the second factor with an error');
    const code = await authenticator.code();
    await enterCode(page, `${code.slice(0, 3)} ${code.slice(3)}`);
    await dashboard(page);

    const { page: elsewhere } = await visit();
    await elsewhere.goto('/login');
    await fillSignIn(elsewhere, grace);
    await elsewhere.waitForURL('**/second-factor*');
    await enterCode(elsewhere, authenticator.usedCode());
    await on(elsewhere).alert.waitFor();
    assert.match(elsewhere.url(), /second-factor/);
  },
);

house.test('who has only proven the password sees nothing, and can cancel', async ({ visit }) => {
  const { page, context } = await visit();
  await page.goto('/login');
  await fillSignIn(page, joan);
  await page.waitForURL('**/second-factor*');
  assert.equal((await context.request.get('/api/auth/me')).status(), 401);
  await page.goto('/dashboard');
  await page.waitForURL((url) => url.pathname !== '/dashboard');
  await page.goto('/second-factor');
  await on(page).cancel.click();
  await page.waitForURL('**/login*');
  assert.equal((await (await context.request.get('/api/auth/session')).json()).state, 'anonymous');
});

house.test('five wrong codes send the person back to the password', async ({ visit }) => {
  const { page } = await visit();
  const authenticator = new Authenticator(seededKey);
  await page.goto('/login');
  await fillSignIn(page, joan);
  await page.waitForURL('**/second-factor*');
  for (let tries = 0; tries < 5 && /second-factor/.test(page.url()); tries++) {
    const answered = page.waitForResponse('**/api/mfa/verify');
    await enterCode(page, authenticator.wrongCode());
    await answered;
    await page.waitForTimeout(200);
  }
  await page.waitForURL('**/login*');
  await on(page).userName.waitFor();
});

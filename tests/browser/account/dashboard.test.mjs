// The dashboard: profile, session and deadlines.
import assert from 'node:assert/strict';
import { eventually } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import { signIn, signInWithCode } from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const grace = userLike(ada, 'grace', { displayName: 'Grace Hopper', totpSecret: key, roles: 'admin' });
const fixture = createFixture({ users: [ada, grace] });

const region = (page, name) => page.getByRole('region', { name }).innerText();

fixture.test('the dashboard shows the user and the sign-in method', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, ada);
  const you = await region(page, 'Profile');
  for (const part of [/Ada Lovelace/, /\bada\b/, /ada@corp\.example\s+verified/]) assert.match(you, part);
  assert.match(await region(page, 'This session'), /Signed in with\s+Password$/m);
  assert.match(await region(page, 'Sign-in methods'), /Authenticator app\s+off\b/);
});

fixture.test('the dashboard shows factors and roles', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signInWithCode(page, grace, new Authenticator(key));
  assert.match(await region(page, 'Profile'), /\badmin\b/);
  assert.match(await region(page, 'This session'), /Password, then authenticator app/);
  assert.match(await region(page, 'Sign-in methods'), /Authenticator app\s+on\b/);
});

fixture.test('both deadlines count down', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, ada);
  const left = async () => (await region(page, 'This session')).match(/\d.* left/g);
  const before = await left();
  assert.equal(before.length, 2);
  await eventually('the idle deadline counts down', async () => (await left())[0] !== before[0]);
});

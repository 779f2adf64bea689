// The dashboard: who I am, how I signed in, and how long that lasts.
import assert from 'node:assert/strict';
import { ada, like, open } from '../harness/house.mjs';
import { dashboard, signIn, signInWithCode } from '../harness/pages.mjs';
import { Authenticator } from '../harness/totp.mjs';

const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const grace = like(ada, 'grace', { displayName: 'Grace Hopper', totpSecret: key, roles: 'admin' });
const house = open({ people: [ada, grace] });

house.test('it says who is signed in and how', async ({ visit }) => {
  const { page } = await visit();
  await signIn(page, ada);
  await dashboard(page);
  const text = await page.locator('main').innerText();
  for (const part of [/Ada Lovelace/, /\bada\b/, /ada@corp\.example/, /password/i]) assert.match(text, part);
});

house.test('it says which factors there are', async ({ visit }) => {
  const { page } = await visit();
  await signInWithCode(page, grace, new Authenticator(key));
  await dashboard(page);
  assert.match(await page.locator('main').innerText(), /authenticator/i);
});

house.test('both deadlines count down', async ({ visit }) => {
  const { page } = await visit();
  await signIn(page, ada);
  await dashboard(page);
  const clocks = async () =>
    (await page.locator('main').innerText()).match(/\b\d+(:\d\d)+\b|\b\d+ ?(h|min|s)\b/g) ?? [];
  const before = await clocks();
  assert.ok(before.length >= 2, `two times are shown: ${before}`);
  await page.waitForTimeout(2500);
  assert.notDeepEqual(await clocks(), before);
});

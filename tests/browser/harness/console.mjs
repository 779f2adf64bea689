// The console as an administrator finds it.
import assert from 'node:assert/strict';
import { assertAccessible, assertNoHorizontalScroll, checkAppearance, screenshot } from './browser.mjs';
import { ada, userLike } from './fixture.mjs';
import { on, signInWithCode } from './pages.mjs';
import { Authenticator } from './totp.mjs';

const KEY = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

/** Returns an administrator with a second factor. */
export const administrator = (name, roles = 'admin') => userLike(ada, name, { totpSecret: KEY, roles });

/** Signs in an administrator and opens a page of the console, for example `/audit`. */
export async function openConsole(page, user, path) {
  await signInWithCode(page, user, new Authenticator(KEY));
  await goTo(page, path);
}

/** Opens a page of the console. */
export async function goTo(page, path) {
  await page.goto(`/vestibule/admin${path}`);
  await on(page).heading.waitFor();
}

/** Sends a request to `/api/admin` as the page does. Returns the answer. */
export async function request(page, method, path, body) {
  return page.evaluate(
    async ([method, url, body]) => {
      const token = /XSRF-TOKEN[^=]*=([\w-]{64})/.exec(document.cookie)?.[1];
      const headers = { 'content-type': 'application/json', 'x-xsrf-token': token };
      const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
      return { status: answer.status, body: await answer.json().catch(() => null) };
    },
    [method, `/api/admin${path}`, body],
  );
}

/** Checks a page of the console on desktop and phone, light and dark, at 320 px, with large text, and in Arabic. */
export async function checkConsolePage(page, name, ready) {
  await checkAppearance(page, name);
  const url = page.url();
  await page.evaluate(() => localStorage.setItem('vestibule.language', 'ar'));
  for (const [screen, viewport] of Object.entries({
    desktop: { width: 1280, height: 800 },
    phone: { width: 360, height: 740 },
  })) {
    await page.setViewportSize(viewport);
    await page.goto(url);
    await ready();
    assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
    await assertAccessible(page, `${name}, Arabic, ${screen}`);
    await assertNoHorizontalScroll(page, `${name}, Arabic, ${screen}`);
    await screenshot(page, `${name}-${screen}-arabic`);
  }
  await page.evaluate(() => localStorage.removeItem('vestibule.language'));
  await page.setViewportSize({ width: 1280, height: 800 });
}

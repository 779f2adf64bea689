// Browser contexts for tests: each has its own profile in one Chromium.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';

/** Domain of the examples in deploy/examples. It is resolved to this machine. */
export const DOMAIN = 'corp.example';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export const out = path.resolve(import.meta.dirname, '../out');

const executable =
  process.env.CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 360, height: 740 };

export async function launchChromium() {
  if (!executable)
    throw new Error('no Chromium found: run scripts/test browser, or set CHROMIUM to its path');
  // Chromium's sandbox does not work for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  // The names of the tests behind proxies.
  args.push(`--host-resolver-rules=MAP ${DOMAIN} 127.0.0.1, MAP *.${DOMAIN} 127.0.0.1`);
  return chromium.launch({ executablePath: executable, headless: true, args });
}

// Chromium logs a line for every error response. A refused password is not an error of the page.
const expectedError =
  /^Failed to load resource: the server responded with a status of (400|401|403|404|409|412|429)\b/;

/** Returns a browser with an empty profile and one open page. `options` are those of Playwright's `newContext`. */
export async function newBrowserContext(browser, url, options = {}) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: desktop,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    ...options,
  });
  context.setDefaultTimeout(45_000);
  const problems = [];
  const requests = [];
  context.on('page', (page) => {
    page.on('console', (message) => {
      if (message.type() === 'error' && !expectedError.test(message.text())) problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('request', (request) =>
      requests.push({ method: request.method(), path: new URL(request.url()).pathname, at: Date.now() }),
    );
  });
  return {
    context,
    page: await context.newPage(),
    newTab: () => context.newPage(),
    /** Returns the requests of all tabs so far, for example `requests('POST', '/api/auth/keep-alive')`. */
    requests: (method, pathname) =>
      requests.filter(
        (request) => request.method === method && (pathname === undefined || request.path === pathname),
      ),
    /** Returns a cookie. Over http, names of the service's cookies end with a port: `cookie('vestibule')`. */
    cookie: async (name) =>
      (await context.cookies()).find(
        (cookie) => cookie.name === name || cookie.name.replace(/-\d+$/, '') === name,
      ),
    /** Errors in the console of any tab. */
    problems,
  };
}

/** Polls `ask` until it returns true. */
export async function eventually(what, ask, within = 45_000) {
  const end = Date.now() + within;
  while (!(await ask())) {
    assert.ok(Date.now() < end, `not within ${within} ms: ${what}`);
    await sleep(100);
  }
}

/** Moves the mouse over the pages, as an active user does, until `done` returns true. The pauses pace the input. */
export async function moveMouseUntil(pages, done) {
  for (let n = 0; !(await done()); n++) {
    for (const page of pages) await page.mouse.move(100 + (n % 20) * 10, 200 + (n % 7) * 10);
    await sleep(300);
  }
}

/** Returns a condition for `moveMouseUntil` that is true after this many milliseconds. */
export function timePassed(milliseconds) {
  const end = Date.now() + milliseconds;
  return () => Date.now() >= end;
}

/** Returns the findings of axe on a page, one line each. */
export async function axe(page) {
  // The debugger evaluates this: the page's content security policy would block a script element.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values } }),
    axeTags,
  );
  return violations.map(
    ({ impact, id, nodes }) => `${impact} ${id}: ${nodes.map(({ target }) => target).join(' | ')}`,
  );
}

export async function assertAccessible(page, name) {
  assert.deepEqual(await axe(page), [], `axe on ${name}`);
}

export async function assertNoHorizontalScroll(page, name) {
  const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= shown, `${name} is ${wide} px wide on a screen of ${shown} px`);
}

/** Saves a screenshot of the whole page in tests/browser/out. */
export async function screenshot(page, name) {
  mkdirSync(out, { recursive: true });
  await page.screenshot({ path: path.join(out, `${name}.png`), fullPage: true });
}

/**
 * Checks a page or dialog with axe and saves screenshots, on desktop and phone, light and dark. `assertFits` checks its
 * width at 320 px and with text of twice the size.
 */
export async function checkAppearance(page, name, assertFits = assertNoHorizontalScroll) {
  for (const [screen, viewport] of Object.entries({ desktop, phone })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page, `${name}, ${screen}, ${colorScheme}`);
      await screenshot(page, `${name}-${screen}-${colorScheme}`);
    }
  }
  await page.setViewportSize({ width: 320, height: 640 });
  await assertFits(page, name);
  await page.setViewportSize(phone);
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await assertFits(page, `${name} with large text`);
  await screenshot(page, `${name}-phone-large-text`);
  await page.evaluate(() => (document.documentElement.style.fontSize = ''));
  await page.setViewportSize(desktop);
}

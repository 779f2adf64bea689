// Visitors: each has a browser profile of their own in one real Chromium.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export const out = path.resolve(import.meta.dirname, '../out');

const executable =
  process.env.CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 360, height: 740 };

export async function openBrowser() {
  if (!executable)
    throw new Error('there is no Chromium: run these tests with scripts/test browser, or set CHROMIUM');
  // Chromium's sandbox does not work for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: executable, headless: true, args });
}

// The browser itself writes a line for every answer that is an error; a refused password is none of the page's mistakes.
const ordinary =
  /^Failed to load resource: the server responded with a status of (400|401|403|404|409|429)\b/;

/** Somebody with an empty browser profile. Options are playwright's, beside `colorScheme` and `viewport`. */
export async function newVisitor(browser, url, options = {}) {
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
      if (message.type() === 'error' && !ordinary.test(message.text())) problems.push(message.text());
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
    /** Requests of all tabs so far, e.g. `requests('POST', '/api/auth/keep-alive')`. */
    requests: (method, pathname) =>
      requests.filter(
        (request) => request.method === method && (pathname === undefined || request.path === pathname),
      ),
    cookie: async (name) => (await context.cookies()).find((cookie) => cookie.name === name),
    /** What went wrong in the console of any tab. */
    problems,
  };
}

/** Asks again and again until the answer is yes. */
export async function eventually(what, ask, within = 45_000) {
  const end = Date.now() + within;
  while (!(await ask())) {
    assert.ok(Date.now() < end, `not within ${within} ms: ${what}`);
    await sleep(100);
  }
}

/** What axe finds on a page, as readable lines. */
export async function axe(page) {
  // Evaluated by the debugger, which the page's content security policy does not bind; a script element would be refused.
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

export async function assertNoSidewaysScroll(page, name) {
  const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= shown, `${name} is ${wide} px wide on a screen of ${shown} px`);
}

/** A picture for somebody to look at, in tests/browser/out. */
export async function picture(page, name) {
  mkdirSync(out, { recursive: true });
  await page.screenshot({ path: path.join(out, `${name}.png`), fullPage: true });
}

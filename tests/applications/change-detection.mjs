// Change detections that the library causes. The application counts them: each one renders the page.
import assert from 'node:assert/strict';
import { moveMouseUntil, timePassed } from '../browser/harness/browser.mjs';
import { ada } from './harness/application.mjs';
import { on, openSignedIn } from './harness/pages.mjs';

/** Starts the sample and reports its change detections and its stability to the test. */
const main = `
import { afterEveryRender } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app';
import { appConfig } from './app/app.config';

bootstrapApplication(App, appConfig)
  .then((application) => {
    const report = { changeDetections: 0, stable: false };
    Object.assign(globalThis, { report });
    afterEveryRender(() => void report.changeDetections++, { injector: application.injector });
    void application.whenStable().then(() => (report.stable = true));
  })
  .catch((error: unknown) => console.error(error));
`;

/** The sample that counts: for the option `files` of an application. */
export const countingFiles = { 'main.ts': main };

/** Defines the tests for an application that was built with `countingFiles`. */
export function testChangeDetection(application) {
  application.test('200 mouse moves and keys cause no change detection', async ({ newBrowser }) => {
    const { page, requests } = await newBrowser();
    await openSignedIn(page, '/orders', ada);
    await on(page).userName('Ada Lovelace').waitFor();
    const count = () => page.evaluate(() => globalThis.report.changeDetections);
    const pings = () => requests('POST', '/api/auth/keep-alive').length;
    // The first input sends a keep-alive. The second batch of input meets a library that has nothing to send.
    await moveMouseUntil([page], () => pings() > 0);
    await moveMouseUntil([page], timePassed(300));
    const [before, sent] = [await count(), pings()];
    for (let n = 0; n < 200; n++) await page.mouse.move(100 + (n % 50), 200 + (n % 30));
    for (let n = 0; n < 20; n++) await page.keyboard.press('Shift');
    // A keep-alive request moves the deadlines, which the page may show. Input alone moves nothing.
    const renderings = (await count()) - before;
    assert.ok(
      renderings <= pings() - sent,
      `${renderings} change detections, ${pings() - sent} keep-alive requests`,
    );
  });

  application.test('whenStable resolves while the session is open', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openSignedIn(page, '/orders', ada);
    await on(page).userName('Ada Lovelace').waitFor();
    await page.waitForFunction(() => globalThis.report.stable, null, { timeout: 5_000 });
  });

  application.test('a second of an open session causes no change detection', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openSignedIn(page, '/orders', ada);
    await on(page).userName('Ada Lovelace').waitFor();
    const count = () => page.evaluate(() => globalThis.report.changeDetections);
    await page.waitForTimeout(500);
    const before = await count();
    // The clock of the session ticks each second. Only what shows it may render.
    await page.waitForTimeout(2_500);
    assert.equal(await count(), before);
  });
}

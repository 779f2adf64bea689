// Change detections that the library causes. The application counts them: each one renders the page.
import assert from 'node:assert/strict';
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

/** The sample that counts, with the change detection of zone.js, for Angular versions that work without zone.js by default. */
export const countingZoneFiles = {
  ...countingFiles,
  'app/app.config.ts': (text) =>
    text
      .replace(
        "from '@angular/core';",
        "from '@angular/core';\nimport { provideZoneChangeDetection } from '@angular/core';",
      )
      .replace('providers: [', 'providers: [\n    provideZoneChangeDetection(),'),
};

/** No keep-alive request is due while the tests send input: a request moves the deadlines, which the page may show. */
export const longIdle = { VESTIBULE_SESSION_IDLE: '2h' };

/** Defines the tests for an application that was built with `countingFiles`, on a service with the settings `longIdle`. */
export function testChangeDetection(application) {
  const count = (page) => page.evaluate(() => globalThis.report.changeDetections);

  application.test('200 mouse moves and keys cause no change detection', async ({ newBrowser }) => {
    const { page, requests } = await newBrowser();
    await openSignedIn(page, '/orders', ada);
    await on(page).userName('Ada Lovelace').waitFor();
    await on(page).heading('Your orders').waitFor();
    await page.waitForLoadState('networkidle');
    const before = await count(page);
    await page.evaluate(() => {
      globalThis.received = 0;
      for (const type of ['mousemove', 'keydown']) addEventListener(type, () => void globalThis.received++);
    });
    for (let n = 0; n < 200; n++) await page.mouse.move(100 + (n % 50), 200 + (n % 30));
    for (let n = 0; n < 20; n++) await page.keyboard.press('Shift');
    assert.ok((await page.evaluate(() => globalThis.received)) >= 200, 'the page received the input');
    assert.equal(await count(page), before);
    assert.equal(requests('POST', '/api/auth/keep-alive').length, 0);
    // The count works: a navigation renders.
    await page.getByRole('link', { name: 'New order' }).click();
    await on(page).heading('New order').waitFor();
    assert.ok((await count(page)) > before);
  });

  application.test('whenStable resolves while the session is open', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openSignedIn(page, '/orders', ada);
    await on(page).userName('Ada Lovelace').waitFor();
    await page.waitForFunction(() => globalThis.report.stable, null);
  });

  application.test('a second of an open session causes no change detection', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openSignedIn(page, '/orders', ada);
    await on(page).userName('Ada Lovelace').waitFor();
    await page.waitForLoadState('networkidle');
    const before = await count(page);
    // The clock of the session ticks each second. Only what shows it may render.
    await page.waitForTimeout(2_500);
    assert.equal(await count(page), before);
  });
}

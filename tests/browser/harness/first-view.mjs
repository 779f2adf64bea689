// Measures the first view of a page in an empty browser: requests, bytes, and the time until its form is usable.
import { newBrowserContext } from './browser.mjs';

/** "Fast 3G" of Chromium's developer tools, and a processor that is four times slower. */
export const FAST_3G = { latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_375, cpu: 4 };

/**
 * Opens a URL and waits for its form. Returns the requests that started before the form was usable, the compressed bytes of
 * all responses without headers, and the time in milliseconds until the user can type.
 */
export async function measureFirstView(chromium, url, conditions = null) {
  const { context, page } = await newBrowserContext(chromium, url);
  try {
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    if (conditions) {
      const { cpu, ...network } = conditions;
      await cdp.send('Network.emulateNetworkConditions', { offline: false, ...network });
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: cpu });
    }
    const requests = new Map();
    let zero;
    cdp.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
      zero ??= timestamp;
      // The icon of the page may be a data URL: it is part of the document.
      if (!request.url.startsWith('data:'))
        requests.set(requestId, { url: request.url, at: (timestamp - zero) * 1000, bytes: 0 });
    });
    cdp.on('Network.responseReceived', ({ requestId, response }) => {
      const length = Object.entries(response.headers).find(([name]) => /^content-length$/i.test(name));
      if (requests.has(requestId)) requests.get(requestId).bytes = Number(length?.[1]);
    });
    await page.addInitScript(watchForm);
    await page.goto(url, { waitUntil: 'networkidle' });
    await page.waitForFunction(() => globalThis.formUsableAt);
    const usableAt = await page.evaluate(() => globalThis.formUsableAt);
    const all = [...requests.values()].map((each) => ({ ...each, path: new URL(each.url).pathname }));
    return {
      usableAt,
      before: all.filter(({ at }) => at < usableAt),
      bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
      all,
    };
  } finally {
    await context.close();
  }
}

/** Runs in the page: notes when a text field is rendered that accepts input. */
function watchForm() {
  const look = () => {
    const field = document.querySelector('form input[autocomplete^="username"]');
    if (!field || field.disabled || field.getClientRects().length === 0) return requestAnimationFrame(look);
    // The frame after the next one is on the screen, and a long task of the page would delay it.
    requestAnimationFrame(() => setTimeout(() => (globalThis.formUsableAt = performance.now())));
  };
  look();
}

/** Returns the middle value. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

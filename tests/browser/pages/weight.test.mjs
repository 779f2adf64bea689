// The first view of the sign-in page in an empty browser: at most 6 requests before the form, at most 90.2 kB with styles,
// scripts, icon and the answers of the API. angular/scripts/size.mjs counts the files alone.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { launchChromium } from '../harness/browser.mjs';
import { createFixture } from '../harness/fixture.mjs';
import { measureFirstView } from '../harness/first-view.mjs';

// The first script has the names of all others, which contain hashes: two builds of the same code differ by up to 60 bytes.
const BYTES = 90_200;
const REQUESTS = 6;
const fixture = createFixture();
let chromium;
before(async () => (chromium = await launchChromium()));
after(() => chromium?.close());

fixture.test('the first view of the sign-in page needs few requests and few bytes', async ({ service }) => {
  const view = await measureFirstView(chromium, `${service.url}/login`);
  const list = view.all.map(({ path, bytes }) => `${bytes}  ${path}`).join('\n');
  console.log(`sign-in page: ${view.bytes} bytes in ${view.all.length} requests\n${list}`);
  assert.ok(view.before.length <= REQUESTS, `${view.before.length} requests before the form\n${list}`);
  assert.ok(view.bytes > 10_000 && view.bytes <= BYTES, `${view.bytes} bytes\n${list}`);
  // A preload that the application does not use is a request too many.
  const paths = view.all.map(({ path }) => path);
  assert.deepEqual(paths, [...new Set(paths)], 'each file and each answer is requested once');
});

// The time until the form of /login is usable on a slow connection and a slow processor, in an empty browser. A bare form
// without scripts and styles is measured in the same run: the ratio depends less on the machine than the time does.
import { createServer } from 'node:http';
import { launchChromium } from '../harness/browser.mjs';
import { FAST_3G, measureFirstView, median } from '../harness/first-view.mjs';
import { makeStore, startService } from '../harness/service.mjs';

const LIMIT = 2_500;
const rounds = Number(process.argv[2] ?? 5);
const BARE = '<!doctype html><title>form</title><form><input autocomplete="username" /></form>';

const baseline = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html');
  response.end(BARE);
});
await new Promise((done) => baseline.listen(0, '127.0.0.1', done));
const store = await makeStore();
const service = await startService({ store });
const chromium = await launchChromium();
try {
  const bare = [];
  const views = [];
  // Alternating rounds: load of the machine hits both.
  for (let round = 0; round < rounds; round++) {
    bare.push(await measureFirstView(chromium, `http://localhost:${baseline.address().port}/`, FAST_3G));
    views.push(await measureFirstView(chromium, `${service.url}/login`, FAST_3G));
  }
  const [usable, floor] = [views, bare].map((all) => median(all.map(({ usableAt }) => usableAt)));
  const { before, bytes } = views[0];
  console.log('first view of /login on Fast 3G with a processor four times slower');
  console.log(`  form usable     ${Math.round(usable)} ms (median of ${rounds}, limit ${LIMIT} ms)`);
  console.log(`  bare form       ${Math.round(floor)} ms, ratio ${(usable / floor).toFixed(2)}`);
  console.log(`  requests before ${before.length}: ${before.map(({ path }) => path).join(' ')}`);
  console.log(`  transferred     ${bytes} bytes`);
  if (usable > LIMIT) {
    console.error(`the form is usable ${Math.round(usable - LIMIT)} ms too late`);
    process.exitCode = 1;
  }
} finally {
  await chromium.close();
  await service.stop();
  await store.remove();
  baseline.close();
}

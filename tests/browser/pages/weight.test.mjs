// The first view of the sign-in page, by an empty browser: at most 95 kB over the wire.
import assert from 'node:assert/strict';
import { open } from '../harness/house.mjs';
import { signInPage } from '../harness/pages.mjs';

const LIMIT = 95_000;
const house = open();

house.test('the first view of the sign-in page weighs at most 95 kB', async ({ visit }) => {
  const { page, context } = await visit();
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  const paths = new Map();
  const weights = [];
  wire.on('Network.requestWillBeSent', ({ requestId, request }) =>
    paths.set(requestId, new URL(request.url).pathname),
  );
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
    weights.push([paths.get(requestId), encodedDataLength]),
  );
  await page.goto('/login', { waitUntil: 'networkidle' });
  await signInPage(page);
  const total = weights.reduce((sum, [, bytes]) => sum + bytes, 0);
  const list = weights.map(([path, bytes]) => `${bytes}  ${path}`).join('\n');
  console.log(`sign-in page: ${total} bytes in ${weights.length} answers`);
  assert.ok(total > 10_000 && total <= LIMIT, `${total} bytes\n${list}`);
});

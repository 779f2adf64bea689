// The first view of the sign-in page, by an empty browser: at most 95 kB of what the builder counts: the bodies of its files,
// compressed.
import assert from 'node:assert/strict';
import { createFixture } from '../harness/fixture.mjs';
import { waitForSignInPage } from '../harness/pages.mjs';

const LIMIT = 95_000;
const fixture = createFixture();

fixture.test('the first view of the sign-in page weighs at most 95 kB', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  const answers = [];
  // What the API says is no file.
  page.on('response', (answer) => {
    if (!new URL(answer.url()).pathname.startsWith('/api/')) answers.push(answer);
  });
  await page.goto('/login', { waitUntil: 'networkidle' });
  await waitForSignInPage(page);
  // The bodies as they are sent, compressed; heads are the same few hundred bytes for every answer there is.
  const weights = await Promise.all(
    answers.map(async (answer) => [
      new URL(answer.url()).pathname,
      Number((await answer.headerValue('content-length')) ?? Number.NaN),
    ]),
  );
  const total = weights.reduce((sum, [, bytes]) => sum + bytes, 0);
  const list = weights.map(([path, bytes]) => `${bytes}  ${path}`).join('\n');
  console.log(`sign-in page: ${total} bytes in ${weights.length} files`);
  assert.ok(total > 10_000 && total <= LIMIT, `${total} bytes\n${list}`);
});

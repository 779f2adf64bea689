// The first view of the sign-in page in an empty browser: at most 95 kB of compressed files, as angular/scripts/size.mjs counts them.
import assert from 'node:assert/strict';
import { createFixture } from '../harness/fixture.mjs';
import { waitForSignInPage } from '../harness/pages.mjs';

const LIMIT = 95_000;
const fixture = createFixture();

fixture.test('the first view of the sign-in page transfers at most 95 kB', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  const responses = [];
  // Responses of the API are not part of the budget.
  page.on('response', (response) => {
    if (!new URL(response.url()).pathname.startsWith('/api/')) responses.push(response);
  });
  await page.goto('/login', { waitUntil: 'networkidle' });
  await waitForSignInPage(page);
  // Only the compressed bodies count: headers are a few hundred bytes for every response.
  const weights = await Promise.all(
    responses.map(async (response) => [
      new URL(response.url()).pathname,
      Number((await response.headerValue('content-length')) ?? Number.NaN),
    ]),
  );
  const total = weights.reduce((sum, [, bytes]) => sum + bytes, 0);
  const list = weights.map(([path, bytes]) => `${bytes}  ${path}`).join('\n');
  console.log(`sign-in page: ${total} bytes in ${weights.length} files`);
  assert.ok(total > 10_000 && total <= LIMIT, `${total} bytes\n${list}`);
});

// The pass is a cookie that scripts cannot read; nothing else that opens anything reaches the page.
import assert from 'node:assert/strict';
import { createFixture, ada } from '../harness/fixture.mjs';
import { signIn, waitForSignInPage } from '../harness/pages.mjs';

const fixture = createFixture();

fixture.test(
  'the session cookie is HttpOnly, SameSite=Lax, for the whole site, and lives as long as the session',
  async ({ newBrowser }) => {
    const { page, context, cookie } = await newBrowser();
    await page.goto('/login');
    await waitForSignInPage(page);
    assert.equal(await cookie('vestibule'), undefined, 'who only looks gets no session');
    await signIn(page, ada);
    const { value, httpOnly, sameSite, path, domain, expires } = await cookie('vestibule');
    assert.deepEqual(
      { httpOnly, sameSite, path, domain },
      { httpOnly: true, sameSite: 'Lax', path: '/', domain: 'localhost' },
    );
    assert.equal(value.length, 22);
    const { expiresAt } = await (await context.request.get('/api/auth/session')).json();
    assert.ok(Math.abs(expires - Date.parse(expiresAt) / 1000) < 60, 'the cookie ends with the session');
  },
);

fixture.test('no secret reaches what scripts can read', async ({ newBrowser }) => {
  const { page, context } = await newBrowser();
  await signIn(page, ada);
  const readable = await page.evaluate(() => ({
    cookies: document.cookie.split('; ').map((cookie) => cookie.split('=')[0]),
    stored: JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }),
  }));
  assert.deepEqual(readable.cookies, ['XSRF-TOKEN']);
  const secrets = (await context.cookies()).map(({ value }) => value);
  for (const secret of [...secrets, ada.password])
    assert.ok(!readable.stored.includes(secret), readable.stored);
  const databases = await page.evaluate(
    async () => (await indexedDB.databases()).length + (await caches.keys()).length,
  );
  assert.equal(databases, 0);
});

fixture.test(
  'pages come with a strict policy, and everything on them obeys it',
  async ({ newBrowser }) => {
    const { page } = await newBrowser();
    const answer = await page.goto('/login');
    const policy = answer.headers()['content-security-policy'];
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(policy, /require-trusted-types-for 'script'/);
    assert.doesNotMatch(policy, /unsafe/);
    // Errors in the console fail every test here; this shows that a breach would be one.
    await waitForSignInPage(page);
    const refused = await page.evaluate(
      () =>
        new Promise((done) => {
          document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), {
            once: true,
          });
          const image = new Image();
          image.src = 'http://127.0.0.1:9/x.png';
        }),
    );
    assert.equal(refused, 'img-src');
  },
  { consoleErrors: true },
);

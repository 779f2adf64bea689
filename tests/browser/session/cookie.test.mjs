// Scripts cannot read the session cookie, and no other secret reaches the page.
import assert from 'node:assert/strict';
import { ada, createFixture } from '../harness/fixture.mjs';
import { signIn, waitForSignInPage } from '../harness/pages.mjs';

const fixture = createFixture();

fixture.test(
  'the session cookie is HttpOnly, SameSite=Lax, has the path / and expires with the session',
  async ({ newBrowser }) => {
    const { page, context, cookie } = await newBrowser();
    await page.goto('/login');
    await waitForSignInPage(page);
    assert.equal(await cookie('vestibule'), undefined, 'the sign-in page sets no session cookie');
    await signIn(page, ada);
    const { value, httpOnly, sameSite, path, domain, expires } = await cookie('vestibule');
    assert.deepEqual(
      { httpOnly, sameSite, path, domain },
      { httpOnly: true, sameSite: 'Lax', path: '/', domain: 'localhost' },
    );
    assert.equal(value.length, 22);
    const { expiresAt } = await (await context.request.get('/api/auth/session')).json();
    assert.ok(Math.abs(expires - Date.parse(expiresAt) / 1000) < 60, 'the cookie expires with the session');
  },
);

fixture.test('scripts can read no secret', async ({ newBrowser }) => {
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
  'pages have a strict content security policy and comply with it',
  async ({ newBrowser }) => {
    const { page } = await newBrowser();
    const answer = await page.goto('/login');
    const policy = answer.headers()['content-security-policy'];
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(policy, /require-trusted-types-for 'script'/);
    assert.doesNotMatch(policy, /unsafe/);
    // Console errors fail every test. This shows that a violation is one.
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

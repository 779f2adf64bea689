import { launchChromium, newBrowserContext, axe } from '../harness/browser.mjs';
import { ada, userLike } from '../harness/fixture.mjs';
import { signInWithCode } from '../harness/pages.mjs';
import { makeStore, startService } from '../harness/service.mjs';
import { Authenticator } from '../harness/totp.mjs';
const key = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const root = userLike(ada, 'root', { totpSecret: key, roles: 'admin' });
const service = await startService({ store: await makeStore('sqlite'), settings: {} });
await service.seed([root]);
const chromium = await launchChromium();
const T = '2026-11-20T08:00:00Z';
const user = (n, more = {}) => ({ id: `0194${n}`, username: `user${n}`, email: `user${n}@corp.example`, emailVerified: true, displayName: `User Number ${n}`, picture: null, locale: 'de', roles: n % 3 ? ['editor'] : ['admin:read', 'editor'], assignedRoles: ['editor'], status: n % 4 === 1 ? 'disabled' : 'active', mfaEnabled: n % 2 === 0, authProvider: 'local', providers: n % 2 ? ['okta'] : [], factors: [], hasPassword: true, mustChangePassword: n === 2, lockedUntil: n === 2 ? '2026-11-26T23:00:00Z' : null, deletionAt: n === 3 ? '2026-11-29T23:00:00Z' : null, createdAt: T, updatedAt: T, lastLoginAt: n % 5 ? T : null, revision: 3, ...more });
const detail = (n) => ({ ...user(n), identities: [{ id: 'i1', provider: 'okta', label: 'Corp Okta', issuer: 'https://okta.example', subject: '00u1abcdef', email: 'u@corp.example', roles: ['reader'], linkedAt: T, lastLoginAt: T }], unlinkedIdentities: [{ issuer: 'https://old.example', subject: 'x', unlinkedAt: T }], totp: [{ id: 't', name: 'Phone', confirmedAt: T, lastUsedAt: T }], recoveryCodesLeft: 7, passwordChangedAt: T, locks: [{ guess: 'password', failures: 5, until: '2026-11-26T23:00:00Z', ofKnownDevice: false }], fieldSources: { displayName: 'provider:okta', email: 'local', picture: null, locale: null }, createdBy: 'administrator', formerIds: ['0194OLD'], canSignIn: n === 2 ? { ok: false, why: 'locked' } : { ok: true, why: null } });
const sessions = [{ id: 's1', current: false, method: 'password', amr: ['pwd', 'otp'], provider: null, userAgent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537', ip: '192.0.2.4', createdAt: T, lastSeenAt: T, endsAt: T }];
const event = (id, type, more = {}) => ({ id, at: T, type, outcome: 'success', reason: null, userId: '01942', actor: null, ip: '192.0.2.4', userAgent: null, requestId: null, statedReason: null, amr: [], details: null, ...more });
const events = [event('e1', 'userDisabled', { actor: '0194ROOT', statedReason: 'Ticket 4711' }), event('e2', 'federatedSignIn', { details: JSON.stringify({ provider: 'okta', email: 'u@corp.example', emailVerified: true, trustedForDomain: true, decision: { outcome: 'link' } }) })];
export async function mock(page) {
  await page.route('**/api/admin/**', (route) => {
    const url = new URL(route.request().url());
    const path = url.pathname.replace('/api/admin', '');
    const json = (body, status = 200) => route.fulfill({ status, json: body });
    if (path === '/users') return json({ items: [1, 2, 3, 4, 5, 6].map((n) => user(n)), nextCursor: 'c1', total: 10000 });
    if (path.endsWith('/sessions') && path.startsWith('/users')) return json({ sessions });
    if (path === '/sessions') return json({ items: sessions.map((s) => ({ ...s, user: { id: '01942', username: 'user2', displayName: 'User Number 2', email: 'a@b.c' } })), nextCursor: null });
    if (path === '/events') return json({ items: events, nextCursor: 'x' });
    if (path.startsWith('/users/0194')) return json(detail(2));
    if (path === '/merges') return json({ items: [], nextCursor: null });
    return json({ code: 'not_found' }, 404);
  });
}
const { page, problems, context } = await newBrowserContext(chromium, service.url);
await mock(page);
await signInWithCode(page, root, new Authenticator(key));
const shot = (name) => page.screenshot({ path: `/dev/shm/c1/${name}.png`, fullPage: true });
for (const [name, path] of (process.env.PAGES ?? 'users=/vestibule/admin/users,user=/vestibule/admin/users/01942').split(',').map((p) => p.split(/=(.*)/))) {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(path);
  await page.waitForTimeout(1200);
  await shot(name);
  console.log(name, await axe(page));
  await page.emulateMedia({ colorScheme: 'dark' });
  await shot(`${name}-dark`);
  console.log(name, 'dark', await axe(page));
  await page.setViewportSize({ width: 360, height: 740 });
  await shot(`${name}-phone`);
  console.log(name, 'phone', await axe(page));
  await page.setViewportSize({ width: 320, height: 640 });
  console.log(await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]));
}
if (process.env.AR) {
  await page.evaluate(() => localStorage.setItem('vestibule.language', 'ar'));
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto('/vestibule/admin/users/01942');
  await page.waitForTimeout(1200);
  await shot('user-ar');
}
console.log(problems);
await chromium.close();
await service.stop();

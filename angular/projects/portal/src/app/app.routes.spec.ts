import { routes } from './app.routes';
import { isOwnPage } from './shell/own-pages';

it('guards every page', () => {
  const open = routes.filter((route) => !route.canActivate?.length).map((route) => route.path);
  expect(open).toEqual([]);
});

it('gives every page a title', () => {
  const untitled = routes.filter((route) => !route.title).map((route) => route.path);
  expect(untitled).toEqual([]);
});

it('shows the account page at its own path and at the start page', () => {
  const pages = routes.map((route) => route.path);
  expect(pages).toContain('');
  expect(pages).toContain('account');
});

it.each([
  ['/', true],
  ['', true],
  ['/login?returnTo=%2Fx', true],
  ['/account', true],
  ['/account/', true],
  ['/reports', false],
  ['/login/x', false],
  ['/api/auth/login/okta', false],
])('knows which pages are its own: %s', (path, own) => {
  expect(isOwnPage(routes, path)).toBe(own);
});

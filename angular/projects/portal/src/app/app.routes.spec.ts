import { Route, Routes } from '@angular/router';
import { routes } from './app.routes';
import { isOwnPage } from './shell/own-pages';

/** Loads the children of a route: a list, or the default export of a script. */
async function childrenOf(route: Route): Promise<Routes | undefined> {
  const loaded = (await route.loadChildren?.()) as Routes | { default: Routes } | undefined;
  return loaded && 'default' in loaded ? loaded.default : loaded;
}

/** Returns the routes that show a page. A route that loads its children later has none itself. */
async function pagesOf(all: Routes, path = ''): Promise<Route[]> {
  const pages = all.map(async (route) => {
    const url = `${path}/${route.path ?? ''}`;
    // A redirect shows no page.
    if (route.redirectTo !== undefined) return [];
    const children = route.children ?? (await childrenOf(route));
    return children ? pagesOf(children, url) : [{ ...route, path: url }];
  });
  return (await Promise.all(pages)).flat();
}

it('guards every page', async () => {
  const pages = await pagesOf(routes);
  expect(pages.length).toBeGreaterThanOrEqual(routes.length);
  const open = pages.filter((route) => !route.canActivate?.length).map((route) => route.path);
  expect(open).toEqual([]);
});

it('gives every page a title', async () => {
  const untitled = (await pagesOf(routes)).filter((route) => !route.title);
  expect(untitled.map((route) => route.path)).toEqual([]);
});

it('takes the token of a link out of the URL before all other guards', async () => {
  const pages = await pagesOf(routes);
  for (const path of ['reset-password', 'confirm-email', 'cancel-email', 'not-me']) {
    const page = pages.find((route) => route.path === `/${path}/`);
    expect((page?.canActivate?.[0] as { name?: string }).name, path).toBe('linkTokenGuard');
  }
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
  ['/vestibule/admin', true],
  ['/vestibule/admin/users/01JD?x=1', true],
  ['/vestibule/administration', false],
  ['/api/auth/login/okta', false],
])('knows which pages are its own: %s', (path, own) => {
  expect(isOwnPage(routes, path)).toBe(own);
});

import { routes } from './app.routes';

it('guards every page except the one for unknown paths', () => {
  const open = routes.filter((route) => !route.canActivate?.length).map((route) => route.path);
  expect(open).toEqual(['**']);
});

it('gives every page a title of its own', () => {
  const titles = routes.map((route) => String(route.title));
  // The account page has two paths.
  expect(new Set(titles).size).toBe(routes.length - 1);
  for (const title of titles) expect(title).toMatch(/^.+ · Vestibule$/);
});

it('shows the account page at its own path and at the start page', () => {
  const account = routes.filter((route) => String(route.title).startsWith('Your account'));
  expect(account.map((route) => route.path)).toEqual(['', 'account']);
});

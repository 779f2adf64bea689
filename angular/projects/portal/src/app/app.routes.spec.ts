import { routes } from './app.routes';

it('guards every page except the one for unknown paths', () => {
  const open = routes.filter((route) => !route.canActivate?.length).map((route) => route.path);
  expect(open).toEqual(['**']);
});

it('gives every page a title of its own', () => {
  const titles = routes.map((route) => String(route.title));
  expect(new Set(titles).size).toBe(routes.length);
  for (const title of titles) expect(title).toMatch(/^.+ · Vestibule$/);
});

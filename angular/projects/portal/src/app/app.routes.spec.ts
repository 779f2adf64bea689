import { routes } from './app.routes';

it('guards every page but the one for addresses that do not exist', () => {
  const open = routes.filter((route) => !route.canActivate?.length).map((route) => route.path);
  expect(open).toEqual(['**']);
});

it('names every page, for the tab and for the ear', () => {
  const titles = routes.map((route) => String(route.title));
  expect(new Set(titles).size).toBe(routes.length);
  for (const title of titles) expect(title).toMatch(/^.+ · Vestibule$/);
});

import { Routes } from '@angular/router';

/**
 * Returns whether a path, without the base href, is a page of these routes, or a page below one that loads its children.
 * Other paths belong to other applications.
 */
export function isOwnPage(routes: Routes, path: string): boolean {
  const name = path.split(/[?#;]/)[0]?.replace(/^\/|\/$/g, '') ?? '';
  return routes.some(
    ({ path, loadChildren }) =>
      path !== '**' && (path === name || (!!loadChildren && name.startsWith(`${path}/`))),
  );
}

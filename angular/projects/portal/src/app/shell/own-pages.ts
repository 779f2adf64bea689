import { Routes } from '@angular/router';

/** Returns whether a path, without the base href, is a page of these routes. Other paths belong to other applications. */
export function isOwnPage(routes: Routes, path: string): boolean {
  const name = path.split(/[?#;]/)[0]?.replace(/^\/|\/$/g, '') ?? '';
  return routes.some((route) => route.path !== '**' && route.path === name);
}

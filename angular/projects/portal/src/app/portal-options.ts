import { VestibuleOptions } from '@vestibule/angular';
import { routes } from './app.routes';

/** The pages of the portal, without the start page and the page for unknown paths. */
const PAGES = routes.flatMap(({ path }) => (path && path !== '**' ? [`/${path}`] : []));

/**
 * Returns the options for the portal at this base URL, for example `https://corp.example/auth/`. Other paths of the
 * origin belong to applications. Without a prefix that includes `/`: a proxy may serve an application there.
 */
export function portalOptions(baseUri: string): Partial<VestibuleOptions> {
  const prefix = new URL(baseUri).pathname.replace(/\/$/, '');
  return { apiBase: `${prefix}/api`, ownPaths: prefix === '' ? PAGES : ['/', ...PAGES] };
}

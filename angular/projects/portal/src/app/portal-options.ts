import { VestibuleOptions } from '@vestibule/angular';

const PAGES = [
  '/login',
  '/second-factor',
  '/mfa-setup',
  '/link',
  '/reauthenticate',
  '/signed-in',
  '/account',
];

/**
 * Returns the options for the portal at this base URL, for example `https://corp.example/auth/`. Other paths of the
 * origin belong to applications. Without a prefix that includes `/`: a proxy may serve an application there.
 */
export function portalOptions(baseUri: string): Partial<VestibuleOptions> {
  const prefix = new URL(baseUri).pathname.replace(/\/$/, '');
  return { apiBase: `${prefix}/api`, ownPaths: prefix === '' ? PAGES : ['/', ...PAGES] };
}

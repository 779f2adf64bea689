import { InjectionToken } from '@angular/core';

/**
 * Address of the API and paths of the pages.
 *
 * @example
 * ```ts
 * const options: Partial<VestibuleOptions> = { loginPath: '/sign-in', homePath: '/dashboard' };
 * provideVestibule(withOptions(options));
 * ```
 */
export interface VestibuleOptions {
  /** Base URL of the API: a path of this origin, or an absolute URL of another origin of the same site. */
  readonly apiBase: string;
  readonly loginPath: string;
  readonly secondFactorPath: string;
  readonly enrolmentPath: string;
  /** Page on which a user sets a new password: before the sign-in is complete, if an administrator demands it, or later. */
  readonly passwordChangePath: string;
  /** Page on which a user confirms that an identity of a provider is linked to the account. */
  readonly linkPath: string;
  /** Page after a sign-in without `returnTo`. */
  readonly homePath: string;
  /** Page for users who do not meet the condition of a guard. */
  readonly forbiddenPath: string;
  /** Page on which a signed-in user signs in again, for a guard that requires a recent sign-in. */
  readonly reauthenticationPath: string;
  /**
   * Paths to which a return target leads without a page load; `null` stands for all below the base href. Other paths
   * belong to other applications of the origin.
   */
  readonly ownPaths: readonly string[] | null;
}

export const DEFAULT_OPTIONS: VestibuleOptions = {
  apiBase: '/api',
  loginPath: '/login',
  secondFactorPath: '/second-factor',
  enrolmentPath: '/mfa-setup',
  passwordChangePath: '/change-password',
  linkPath: '/link',
  homePath: '/',
  forbiddenPath: '/',
  reauthenticationPath: '/reauthenticate',
  ownPaths: null,
};

/**
 * Injection token for the options in use. Set them with `withOptions`.
 *
 * @example
 * ```ts
 * const url = `${inject(VESTIBULE_OPTIONS).apiBase}/auth/providers`;
 * ```
 */
export const VESTIBULE_OPTIONS = new InjectionToken<VestibuleOptions>('VESTIBULE_OPTIONS', {
  factory: () => DEFAULT_OPTIONS,
});

/** Adds the defaults. A path that lacks the leading slash would be relative to the current page. */
export function completeOptions(options: Partial<VestibuleOptions>): VestibuleOptions {
  const all = Object.entries({ ...DEFAULT_OPTIONS, ...options });
  const path = (text: string) => `/${text.replace(/^\/+|\/+$/g, '')}`;
  const complete = ([name, value]: [string, unknown]) =>
    [name, name.endsWith('Path') ? path(value as string) : value] as const;
  return Object.fromEntries(all.map(complete)) as unknown as VestibuleOptions;
}

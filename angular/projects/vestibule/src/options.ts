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
  /** Page on which a user confirms that an identity of a provider is linked to the account. */
  readonly linkPath: string;
  /** Page after a sign-in without `returnTo`. */
  readonly homePath: string;
  /** Page for users who do not have the role of a `roleGuard`. */
  readonly forbiddenPath: string;
}

export const DEFAULT_OPTIONS: VestibuleOptions = {
  apiBase: '/api',
  loginPath: '/login',
  secondFactorPath: '/second-factor',
  enrolmentPath: '/mfa-setup',
  linkPath: '/link',
  homePath: '/',
  forbiddenPath: '/',
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

import { InjectionToken } from '@angular/core';

/** Where the API and the pages of the sign-in are. */
export interface VestibuleOptions {
  /** Prefix of the API: a path of this origin, or an absolute URL of another origin of the same site. */
  readonly apiBase: string;
  readonly loginPath: string;
  readonly secondFactorPath: string;
  readonly enrolmentPath: string;
  /** Where a person confirms that a provider's identity is to be linked to their account. */
  readonly linkPath: string;
  /** Where signed-in people go when no other place was asked for. */
  readonly homePath: string;
  /** Where people go who lack a role. */
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

export const VESTIBULE_OPTIONS = new InjectionToken<VestibuleOptions>('VESTIBULE_OPTIONS', {
  factory: () => DEFAULT_OPTIONS,
});

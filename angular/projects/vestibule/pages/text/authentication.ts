import { SignInMethod } from '@vestibule/angular';
import type { TextKey, Translate } from './texts';

/** The factor of each value of `amr` (RFC 8176). */
const FACTORS: Readonly<Record<string, TextKey & `factor.${string}`>> = {
  pwd: 'factor.pwd',
  otp: 'factor.otp',
  hwk: 'factor.passkey',
  swk: 'factor.passkey',
  pop: 'factor.passkey',
  webauthn: 'factor.passkey',
  rc: 'factor.rc',
  recovery: 'factor.rc',
  sms: 'factor.sms',
  email: 'factor.email',
  fpt: 'factor.fpt',
  face: 'factor.face',
  pin: 'factor.pin',
};

/**
 * Values of `amr` that name no factor: several factors were used, a provider reported the login, or the authenticator of a passkey
 * verified the user.
 */
const NOT_FACTORS = ['mfa', 'fed', 'user'];

/** Returns `Password, then authenticator app` or `Okta, then authenticator app`. */
export function authenticationText(
  text: Translate,
  method: SignInMethod | null,
  amr: readonly string[],
  provider: string | null,
): string {
  const steps = amr
    .filter((name) => !NOT_FACTORS.includes(name))
    .map((name) => (Object.hasOwn(FACTORS, name) ? text(FACTORS[name] as 'factor.pwd') : name));
  if (method === 'federated') steps.unshift(provider ?? text('factor.provider'));
  else if (steps.length === 0 && method) {
    steps.push(method === 'password' ? text('factor.pwd') : text('factor.passkey'));
  }
  if (steps.length === 0) return '';
  const sentence = steps.reduce((first, second) => text('factor.then', first, second));
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

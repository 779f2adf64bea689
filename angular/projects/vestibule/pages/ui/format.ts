import { SignInMethod } from '@vestibule/angular';

const FACTORS: Readonly<Record<string, string>> = {
  pwd: 'password',
  otp: 'authenticator app',
  hwk: 'security key',
  swk: 'passkey',
  pop: 'passkey',
  webauthn: 'passkey',
  rc: 'recovery code',
  sms: 'text message',
  fpt: 'fingerprint',
  face: 'face recognition',
  pin: 'PIN',
};

/** Values of `amr` that name no factor: several factors were used, or a provider reported the login. */
const NOT_FACTORS = ['mfa', 'fed'];

/** Returns `Password, then authenticator app` or `Okta, then authenticator app`. */
export function formatAuthentication(
  method: SignInMethod | null,
  amr: readonly string[],
  provider: string | null,
): string {
  const steps = amr
    .filter((name) => !NOT_FACTORS.includes(name))
    .map((name) => FACTORS[name] ?? name);
  if (method === 'federated') steps.unshift(provider ?? 'a sign-in provider');
  else if (steps.length === 0 && method) steps.push(method);
  const text = steps.join(', then ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Returns `18:05` for today and `Monday 06:00` for another day, in the locale of the browser. */
export function formatTime(time: Date, now = new Date()): string {
  const today = time.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(undefined, {
    weekday: today ? undefined : 'long',
    hour: 'numeric',
    minute: '2-digit',
  }).format(time);
}

/** Returns `22 Nov 2026, 18:05`, in the locale of the browser. */
export function formatDateTime(time: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(time),
  );
}

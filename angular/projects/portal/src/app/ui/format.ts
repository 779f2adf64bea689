import { SignInMethod } from 'vestibule';

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

/** What an `amr` holds beside factors: that there were several, or that a provider vouches. */
const NO_FACTORS = ['mfa', 'fed'];

/** "Password, then authenticator app"; "Through Okta, then authenticator app". */
export function signInWords(
  method: SignInMethod | null,
  amr: readonly string[],
  provider: string | null,
): string {
  const factors = amr
    .filter((name) => !NO_FACTORS.includes(name))
    .map((name) => FACTORS[name] ?? name);
  if (method === 'federated') factors.unshift(`through ${provider ?? 'a sign-in provider'}`);
  else if (factors.length === 0 && method) factors.push(method);
  const text = factors.join(', then ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "42 s", "2 min 5 s", "3 h 40 min": as short as a countdown must be. */
export function duration(seconds: number): string {
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return seconds >= 90 ? `${minutes} min ${rest} s` : `${seconds} s`;
}

/** "18:05" today, "Monday 06:00" later, as this browser writes times. */
export function clockTime(time: Date, now = new Date()): string {
  const today = time.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(undefined, {
    weekday: today ? undefined : 'long',
    hour: 'numeric',
    minute: '2-digit',
  }).format(time);
}

/** "22 Nov 2026, 18:05", as this browser writes times. */
export function dayAndTime(time: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(time),
  );
}

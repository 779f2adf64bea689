import { SessionAccount } from '@vestibule/angular';

const STORED = 'vestibule.declined-passkey';
const DECLINED_MS = 180 * 86_400_000;

/** Whether this user has declined a passkey on this device within the last 180 days. */
export async function hasDeclined(account: SessionAccount | null): Promise<boolean> {
  return (await keyOf(account)) in read();
}

/** Remembers on this device that the user has declined. */
export async function rememberDeclined(account: SessionAccount | null): Promise<void> {
  const all = { ...read(), [await keyOf(account)]: Date.now() };
  try {
    localStorage.setItem(STORED, JSON.stringify(all));
  } catch {
    // The browser allows no storage. The next sign-in asks again.
  }
}

/** Returns the entries that are not too old. */
function read(): Record<string, number> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? '{}');
    const entries = Object.entries(stored as Record<string, number>);
    return Object.fromEntries(entries.filter(([, at]) => Date.now() - at < DECLINED_MS));
  } catch {
    return {};
  }
}

/** The storage of a shared device must not name its users. */
async function keyOf(account: SessionAccount | null): Promise<string> {
  const name = account?.username ?? account?.displayName ?? '';
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`passkey ${name}`));
  const bytes = [...new Uint8Array(digest).slice(0, 8)];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

import { User } from '@vestibule/angular';

/**
 * Returns the methods that the service offers this user, for a server that does not name them. A second factor is always
 * required if there is one: `factors` are the methods of the session for it.
 */
export function reauthenticationMethodsOf(
  user: User | null,
  factors: readonly string[],
): readonly string[] {
  if (user?.mfaEnabled) return factors.length > 0 ? factors : ['totp'];
  const password = user?.authProvider === 'local' ? ['password'] : [];
  return [...password, ...(user?.identities ?? []).map(({ provider }) => `provider:${provider}`)];
}

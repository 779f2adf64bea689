import { User } from '@vestibule/angular';

/**
 * Returns the methods that the service offers this user, for a server that does not name them. A second factor is always
 * required if there is one.
 */
export function reauthenticationMethodsOf(user: User | null): readonly string[] {
  if (user?.mfaEnabled) return ['totp'];
  const password = user?.authProvider === 'local' ? ['password'] : [];
  return [...password, ...(user?.identities ?? []).map(({ provider }) => `provider:${provider}`)];
}

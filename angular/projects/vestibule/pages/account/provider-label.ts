import { User } from '@vestibule/angular';

/** Returns the label of a provider, or its name if it is not linked to the user any more. */
export function providerLabel(user: User | null, name: string): string {
  return user?.identities.find(({ provider }) => provider === name)?.label ?? name;
}

/** Returns the label of the provider that wrote a profile field, or `null` if no provider did. */
export function sourceLabel(user: User, source: string | null): string | null {
  const name = source?.match(/^provider:(.+)$/)?.[1];
  return name === undefined ? null : providerLabel(user, name);
}

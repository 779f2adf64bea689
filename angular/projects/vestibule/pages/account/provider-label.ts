import { User } from '@vestibule/angular';

/** Returns the label of a provider, or its name if it is not linked to the user any more. */
export function providerLabel(user: User | null, name: string): string {
  return user?.identities.find(({ provider }) => provider === name)?.label ?? name;
}

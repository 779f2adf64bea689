/** Texts of the list of providers on the sign-in page. */
export const providers = {
  'federated.continueWith': (label: string) => `Continue with ${label}`,
  'federated.lastUsed': 'Last used',
  'federated.unreachable': (label: string) => `${label} cannot be reached`,
  'federated.listFailed': 'The other sign-in methods could not be loaded.',
};

/** Texts of federated login and account linking. */
export const federated = {
  'federated.continueWith': (label: string) => `Continue with ${label}`,
  'federated.refusedTitle': 'Request not completed',
  'federated.confirmTitle': 'Confirm sign-in',
  'link.title': 'Link a provider',
};

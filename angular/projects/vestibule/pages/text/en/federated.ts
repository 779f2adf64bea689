/** Texts of federated login and account linking. */
export const federated = {
  'federated.continueWith': (label: string) => `Continue with ${label}`,
};

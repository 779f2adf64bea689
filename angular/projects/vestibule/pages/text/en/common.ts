/** Texts that several pages use. */
export const common = {
  'common.cancel': 'Cancel',
  'common.close': 'Close',
  'common.continue': 'Continue',
  'common.loading': 'Loading…',
  'common.oneMoment': 'One moment…',
  'common.or': 'or',
  'common.tryAgain': 'Try again',
};

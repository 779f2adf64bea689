/** Texts of the account page. */
export const account = {
  'account.title': 'Your account',
};

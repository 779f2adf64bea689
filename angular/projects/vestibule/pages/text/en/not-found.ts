/** Texts of the page for unknown paths. */
export const notFound = {
  'notFound.title': 'Page not found',
  'notFound.text':
    'There is no page at this address. It may have moved, or the link may contain a typo.',
  'notFound.toAccount': 'Go to your account',
  'notFound.toSignIn': 'Go to sign-in',
};

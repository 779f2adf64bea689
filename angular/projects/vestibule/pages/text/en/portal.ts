/** Texts of the layout around the pages. */
export const portal = {
  'portal.signOut': 'Sign out',
};

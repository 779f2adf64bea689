/** Texts of the layout around the pages. */
export const portal = {
  'portal.skip': 'Skip to content',
  'portal.home': (brand: string) => `${brand}, start page`,
  'portal.signOut': 'Sign out',
  'portal.signingOut': 'Signing out…',
  'portal.unreachable': 'The server cannot be reached. Trying again…',
  'portal.checking': 'Checking that you are still signed in…',
  'portal.support': 'Help and contact',
  'preferences.language': 'Language',
  'preferences.theme': 'Colours',
  'theme.system': 'Like the system',
  'theme.light': 'Light',
  'theme.dark': 'Dark',
  'loadFailed.title': 'The page could not be loaded',
  'loadFailed.text':
    'A part of this page is missing: the connection failed, or a new version was installed.',
  'loadFailed.again': 'The server still cannot be reached. Check your connection and try again.',
};

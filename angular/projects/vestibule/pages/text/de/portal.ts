import type { portal as english } from '../en/portal';

export const portal: typeof english = {
  'portal.signOut': 'Abmelden',
};

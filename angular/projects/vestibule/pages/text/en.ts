import { common } from './en/common';
import { errors } from './en/errors';
import { login } from './en/login';
import { portal } from './en/portal';
import { providers } from './en/providers';

/** The texts that the sign-in page and the layout need. The source: the types of the other languages come from it. */
export const english = {
  ...common,
  ...errors,
  ...login,
  ...portal,
  ...providers,
};

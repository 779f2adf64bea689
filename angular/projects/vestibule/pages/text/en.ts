import { account } from './en/account';
import { common } from './en/common';
import { dialogs } from './en/dialogs';
import { errors } from './en/errors';
import { federated } from './en/federated';
import { login } from './en/login';
import { portal } from './en/portal';

/** The source: the types of the other languages come from it. */
export const english = {
  ...account,
  ...common,
  ...dialogs,
  ...errors,
  ...federated,
  ...login,
  ...portal,
};

import { account } from './fr/account';
import { common } from './fr/common';
import { dialogs } from './fr/dialogs';
import { errors } from './fr/errors';
import { federated } from './fr/federated';
import { login } from './fr/login';
import { portal } from './fr/portal';
import type { VestibuleTexts } from './texts';

export const french: VestibuleTexts = {
  ...account,
  ...common,
  ...dialogs,
  ...errors,
  ...federated,
  ...login,
  ...portal,
};

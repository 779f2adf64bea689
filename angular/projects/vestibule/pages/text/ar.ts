import { account } from './ar/account';
import { common } from './ar/common';
import { dialogs } from './ar/dialogs';
import { errors } from './ar/errors';
import { federated } from './ar/federated';
import { login } from './ar/login';
import { portal } from './ar/portal';
import type { VestibuleTexts } from './texts';

export const arabic: VestibuleTexts = {
  ...account,
  ...common,
  ...dialogs,
  ...errors,
  ...federated,
  ...login,
  ...portal,
};

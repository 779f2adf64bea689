import { account } from './es/account';
import { common } from './es/common';
import { dialogs } from './es/dialogs';
import { errors } from './es/errors';
import { federated } from './es/federated';
import { login } from './es/login';
import { portal } from './es/portal';
import type { VestibuleTexts } from './texts';

export const spanish: VestibuleTexts = {
  ...account,
  ...common,
  ...dialogs,
  ...errors,
  ...federated,
  ...login,
  ...portal,
};

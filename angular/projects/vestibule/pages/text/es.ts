import { account } from './es/account';
import { common } from './es/common';
import { errors } from './es/errors';
import { federated } from './es/federated';
import { login } from './es/login';
import { portal } from './es/portal';
import type { VestibuleTexts } from './texts';

export const spanish: VestibuleTexts = {
  ...account,
  ...common,
  ...errors,
  ...federated,
  ...login,
  ...portal,
};

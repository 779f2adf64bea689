import { account } from './de/account';
import { common } from './de/common';
import { dialogs } from './de/dialogs';
import { errors } from './de/errors';
import { federated } from './de/federated';
import { login } from './de/login';
import { portal } from './de/portal';
import type { VestibuleTexts } from './texts';

export const german: VestibuleTexts = {
  ...account,
  ...common,
  ...dialogs,
  ...errors,
  ...federated,
  ...login,
  ...portal,
};

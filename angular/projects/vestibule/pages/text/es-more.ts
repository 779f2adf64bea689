import { account } from './es/account';
import { dialogs } from './es/dialogs';
import { federated } from './es/federated';
import { laterSteps } from './es/later-steps';
import { refusals } from './es/refusals';
import type { MoreTexts } from './texts';

export const moreSpanish: MoreTexts = {
  ...account,
  ...dialogs,
  ...federated,
  ...laterSteps,
  ...refusals,
};

import { account } from './de/account';
import { dialogs } from './de/dialogs';
import { federated } from './de/federated';
import { laterSteps } from './de/later-steps';
import { refusals } from './de/refusals';
import type { MoreTexts } from './texts';

export const moreGerman: MoreTexts = {
  ...account,
  ...dialogs,
  ...federated,
  ...laterSteps,
  ...refusals,
};

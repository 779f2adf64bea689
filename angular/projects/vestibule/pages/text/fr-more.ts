import { account } from './fr/account';
import { dialogs } from './fr/dialogs';
import { federated } from './fr/federated';
import { laterSteps } from './fr/later-steps';
import { refusals } from './fr/refusals';
import type { MoreTexts } from './texts';

export const moreFrench: MoreTexts = {
  ...account,
  ...dialogs,
  ...federated,
  ...laterSteps,
  ...refusals,
};

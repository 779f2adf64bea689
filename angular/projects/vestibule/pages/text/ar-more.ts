import { account } from './ar/account';
import { dialogs } from './ar/dialogs';
import { federated } from './ar/federated';
import { laterSteps } from './ar/later-steps';
import { refusals } from './ar/refusals';
import type { MoreTexts } from './texts';

export const moreArabic: MoreTexts = {
  ...account,
  ...dialogs,
  ...federated,
  ...laterSteps,
  ...refusals,
};

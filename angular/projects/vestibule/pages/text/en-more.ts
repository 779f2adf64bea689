import { account } from './en/account';
import { dialogs } from './en/dialogs';
import { federated } from './en/federated';
import { laterSteps } from './en/later-steps';
import { refusals } from './en/refusals';

/** The texts of all other pages and of the dialogs. The source for the other languages. */
export const moreEnglish = {
  ...account,
  ...dialogs,
  ...federated,
  ...laterSteps,
  ...refusals,
};

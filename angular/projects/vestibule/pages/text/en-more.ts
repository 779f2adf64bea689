import { account } from './en/account';
import { dialogs } from './en/dialogs';
import { federated } from './en/federated';
import { laterErrors } from './en/later-errors';
import { laterSteps } from './en/later-steps';
import { notFound } from './en/not-found';
import { recovery } from './en/recovery';
import { refusals } from './en/refusals';

/** The texts of all other pages and of the dialogs. The source for the other languages. */
export const moreEnglish = {
  ...account,
  ...dialogs,
  ...federated,
  ...laterErrors,
  ...laterSteps,
  ...notFound,
  ...recovery,
  ...refusals,
};

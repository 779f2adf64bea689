import { account } from './de/account';
import { dialogs } from './de/dialogs';
import { federated } from './de/federated';
import { laterErrors } from './de/later-errors';
import { laterSteps } from './de/later-steps';
import { notFound } from './de/not-found';
import { recovery } from './de/recovery';
import { refusals } from './de/refusals';
import type { MoreTexts } from './texts';

export const moreGerman: MoreTexts = {
  ...account,
  ...dialogs,
  ...federated,
  ...laterErrors,
  ...laterSteps,
  ...notFound,
  ...recovery,
  ...refusals,
};

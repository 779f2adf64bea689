import { account } from './de/account';
import { dialogs } from './de/dialogs';
import { federated } from './de/federated';
import { laterErrors } from './de/later-errors';
import { laterSteps } from './de/later-steps';
import { mailLinks } from './de/mail-links';
import { messageCodes } from './de/message-codes';
import { notFound } from './de/not-found';
import { passkeys } from './de/passkeys';
import { password } from './de/password';
import { recovery } from './de/recovery';
import { refusals } from './de/refusals';
import { security } from './de/security';
import { sessions } from './de/sessions';
import { activity } from './de/activity';
import type { MoreTexts } from './texts';

export const moreGerman: MoreTexts = {
  ...account,
  ...activity,
  ...sessions,
  ...security,
  ...dialogs,
  ...federated,
  ...laterErrors,
  ...laterSteps,
  ...mailLinks,
  ...messageCodes,
  ...notFound,
  ...passkeys,
  ...password,
  ...recovery,
  ...refusals,
};

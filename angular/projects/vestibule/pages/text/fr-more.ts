import { account } from './fr/account';
import { dialogs } from './fr/dialogs';
import { federated } from './fr/federated';
import { laterErrors } from './fr/later-errors';
import { laterSteps } from './fr/later-steps';
import { mailLinks } from './fr/mail-links';
import { messageCodes } from './fr/message-codes';
import { notFound } from './fr/not-found';
import { passkeys } from './fr/passkeys';
import { password } from './fr/password';
import { recovery } from './fr/recovery';
import { refusals } from './fr/refusals';
import { security } from './fr/security';
import { sessions } from './fr/sessions';
import { activity } from './fr/activity';
import type { MoreTexts } from './texts';

export const moreFrench: MoreTexts = {
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

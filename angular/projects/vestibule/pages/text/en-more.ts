import { account } from './en/account';
import { dialogs } from './en/dialogs';
import { federated } from './en/federated';
import { laterErrors } from './en/later-errors';
import { laterSteps } from './en/later-steps';
import { mailLinks } from './en/mail-links';
import { messageCodes } from './en/message-codes';
import { notFound } from './en/not-found';
import { passkeys } from './en/passkeys';
import { password } from './en/password';
import { recovery } from './en/recovery';
import { refusals } from './en/refusals';
import { security } from './en/security';
import { sessions } from './en/sessions';
import { activity } from './en/activity';

/** The texts of all other pages and of the dialogs. The source for the other languages. */
export const moreEnglish = {
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

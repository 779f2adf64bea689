import { account } from './es/account';
import { dialogs } from './es/dialogs';
import { federated } from './es/federated';
import { laterErrors } from './es/later-errors';
import { laterSteps } from './es/later-steps';
import { mailLinks } from './es/mail-links';
import { messageCodes } from './es/message-codes';
import { notFound } from './es/not-found';
import { passkeys } from './es/passkeys';
import { password } from './es/password';
import { recovery } from './es/recovery';
import { refusals } from './es/refusals';
import { security } from './es/security';
import { sessions } from './es/sessions';
import { activity } from './es/activity';
import type { MoreTexts } from './texts';

export const moreSpanish: MoreTexts = {
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

import { account } from './ar/account';
import { dialogs } from './ar/dialogs';
import { federated } from './ar/federated';
import { laterErrors } from './ar/later-errors';
import { laterSteps } from './ar/later-steps';
import { mailLinks } from './ar/mail-links';
import { messageCodes } from './ar/message-codes';
import { notFound } from './ar/not-found';
import { passkeys } from './ar/passkeys';
import { password } from './ar/password';
import { recovery } from './ar/recovery';
import { refusals } from './ar/refusals';
import { security } from './ar/security';
import { sessions } from './ar/sessions';
import { activity } from './ar/activity';
import type { MoreTexts } from './texts';

export const moreArabic: MoreTexts = {
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

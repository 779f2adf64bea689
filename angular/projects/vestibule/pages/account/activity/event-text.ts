import { AccountEvent } from '../../api/account-events';
import { isolate } from '../../text/isolate';
import type { TextKey, Translate } from '../../text/texts';

type EventKey = Extract<TextKey, `event.${string}`>;
type ReasonKey = Extract<TextKey, `reason.${string}`>;

/** Events that a user of the account causes. Those of administrators and of the service are not in this list. */
const CAUSED_BY_USER = [
  'passwordSignIn',
  'passkeySignIn',
  'passkeyAdded',
  'secondFactor',
  'enrolmentConfirmed',
  'federatedSignIn',
  'identityLinked',
  'identityUnlinked',
  'reauthentication',
  'userUpdated',
  'passwordChanged',
  'passwordResetByMail',
  'recoveryCodeUsed',
  'recoveryCodesReplaced',
  'factorRemoved',
  'factorRenamed',
  'deviceTrusted',
  'emailChangeRequested',
  'emailChanged',
  'emailVerified',
  'sessionEnded',
  'deletionRequested',
  'dataExported',
  'newDevice',
  'messageCodeSent',
  'messageCodesAdded',
  'messageCodesRemoved',
];

/**
 * Returns the sentence of an event, for example `Sign-in with the password failed: wrong password`. A newer server has
 * types and reasons without a text: such a type is shown as it is, such a reason is not shown.
 */
export function eventText(
  text: Translate,
  event: AccountEvent,
  labelOf: (provider: string) => string = (provider) => provider,
): string {
  const { type, outcome, reason } = event;
  const failed = outcome === 'failure';
  const key = `event.${type}${failed ? 'Failed' : ''}` as EventKey;
  const provider = memberOf(event.details, 'provider');
  const name = memberOf(event.details, 'name');
  const what =
    (provider !== null &&
      text(`${key}At` as 'event.federatedSignInAt', isolate(labelOf(provider)))) ||
    text(key as 'event.signOut') ||
    text(failed ? 'event.otherFailed' : 'event.other', isolate(type));
  const sentence = name === null ? what : text('event.because', what, isolate(name));
  const why = failed && reason ? text(`reason.${reason}` as ReasonKey) : '';
  return why ? text('event.because', sentence, why) : sentence;
}

/** Whether the user can report that another user caused the event. A refused attempt has changed nothing. */
export function canBeReported({ type, outcome }: AccountEvent): boolean {
  return outcome === 'success' && CAUSED_BY_USER.includes(type);
}

/** Returns a text of the details: the name of a provider, or that of a second factor. */
function memberOf(details: unknown, member: 'provider' | 'name'): string | null {
  const value = (details as Partial<Record<string, unknown>> | null)?.[member];
  return typeof value === 'string' ? value : null;
}

import type { Translate } from '@vestibule/angular/pages';
import { eventText } from '@vestibule/angular/console';
import type { AdminEvent } from '../api/events';
import { parsed } from '../decision/decision';
import type { AuditTexts } from '../text/audit';

/** Returns the sentence of an event, for example `Sign-in with the password refused: wrong password`. */
export function sentenceOf(translate: Translate, text: AuditTexts, event: AdminEvent): string {
  if (Object.hasOwn(text.types, event.type))
    return text.types[event.type as keyof typeof text.types];
  return eventText(translate, { ...event, details: parsed(event.details ?? '') });
}

/** Returns the label of a type, for the filter. Some events only happen as a refusal. */
export function labelOf(translate: Translate, text: AuditTexts, type: string): string {
  const of = (key: string) => translate(key as 'event.signOut');
  return (
    of(`event.${type}`) ||
    of(`event.${type}Failed`) ||
    (Object.hasOwn(text.types, type) ? text.types[type as keyof typeof text.types] : type)
  );
}

/** Whether an id is one of a user or an event, and no name of a provider or `cli`. */
export function isId(text: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}

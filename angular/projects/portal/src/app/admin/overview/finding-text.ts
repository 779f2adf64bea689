import { isolate } from '@vestibule/angular/console';
import type { FindingCode, OverviewTexts } from '../text/overview';
import type { Finding, LeftOut } from './figures';
import type { Writing } from './writing';

/** Returns the short text of a kind of finding. A newer server has kinds that are only a code here. */
export function titleOf(code: string, { findings }: OverviewTexts): string {
  return Object.hasOwn(findings, code) ? findings[code as FindingCode] : code;
}

/** Returns the values of a finding in the language of the page. `null`: a newer server has values that have no text here. */
export function sentenceOf(
  { code, details }: Finding,
  text: OverviewTexts,
  { number, time }: Writing,
): string | null {
  switch (details.kind) {
    case 'count': {
      const { count: sentence } = text.details;
      const advice = text.advice[code as FindingCode];
      return [sentence({ count: number(details.count) }), advice].filter(Boolean).join(' ');
    }
    case 'network':
      return text.details.network({
        network: isolate(details.network),
        failures: number(details.failures),
        accounts: number(details.accounts),
        signedIn: number(details.signedIn),
      });
    case 'passwords':
      return text.details.passwords({
        wrong: number(details.wrong),
        correct: number(details.correct),
        networks: number(details.networks),
      });
    case 'account':
      return text.details.account({
        userId: isolate(details.userId),
        failures: number(details.failures),
        networks: number(details.networks),
      });
    case 'provider':
      return text.details.provider({
        provider: isolate(details.provider),
        refused: number(details.refused),
        accepted: number(details.accepted),
        reason: isolate(details.reason),
      });
    case 'administrator':
      return text.details.administrator({
        userId: isolate(details.userId),
        at: isolate(time(details.at)),
        by: details.by === null ? text.byLogin : isolate(details.by),
      });
    default:
      return null;
  }
}

/** Returns what a summary leaves out, in the language of the page. `null`: a newer server leaves out something that has no text here. */
export function leftOutText(
  left: LeftOut,
  text: OverviewTexts,
  { number, time }: Writing,
): string | null {
  const { events, since, users, findings } = text.leftOut;
  switch (left.kind) {
    case 'events': {
      const oldest = left.since === null ? [] : [since(isolate(time(left.since)))];
      return [events(number(left.read)), ...oldest].join(' ');
    }
    case 'users':
      return users(number(left.checked), number(left.of));
    case 'findings':
      return findings(titleOf(left.code, text), number(left.listed), number(left.of));
    default:
      return null;
  }
}

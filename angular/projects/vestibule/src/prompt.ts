import { HttpErrorResponse } from '@angular/common/http';
import { InjectionToken } from '@angular/core';
import { EndReason } from './api-types';
import { problemOf } from './problem';

/** How a sign-in over the page ended. `otherUser`: the prompt is already leaving the page of the previous user. */
export type PromptResult = 'sameUser' | 'otherUser' | 'cancelled';

/** The recent proof that a server demands for a request. */
export interface ProofDemand {
  /** `passkey`, `totp`, `password` and `provider:NAME`; `null` if the server does not know the methods of the user. */
  readonly methods: readonly string[] | null;
  /** Greatest age of the proof in seconds; `null` if the server does not say it. */
  readonly maxAge: number | null;
  readonly acrValues: readonly string[];
}

/** Asks the user for credentials without leaving the page. Only one question is open at a time. */
export interface SignInPrompt {
  /** The sign-in that is open now. Requests of the page wait for its result. */
  readonly open: Promise<PromptResult> | null;
  /** Opens the sign-in, or joins the open one. Resolves to `cancelled` at once if a navigation must handle the end. */
  signIn(reason: EndReason | null): Promise<PromptResult>;
  /** Time of the last proof; 0 before the first one. */
  readonly provenAt: number;
  /** Resolves to `true` when the user has given a recent proof. `sentAt`: a later proof needs no second question. */
  reauthenticate(demand: ProofDemand, sentAt?: number): Promise<boolean>;
}

/** The prompt of `withSignInDialog`. Without it, the library navigates to the sign-in pages. */
export const SIGN_IN_PROMPT = new InjectionToken<SignInPrompt>('SIGN_IN_PROMPT');

/** Returns the proof that the response demands: a 403 of our API, or a 401 of another API (RFC 9470). */
export function proofDemandOf(error: HttpErrorResponse): ProofDemand | null {
  const problem = problemOf(error);
  if (problem?.code === 'reauthentication_required') {
    return { methods: problem.methods ?? null, maxAge: problem.maxAge ?? null, acrValues: [] };
  }
  const challenge = error.status === 401 ? (error.headers.get('WWW-Authenticate') ?? '') : '';
  if (!/\berror="?insufficient_user_authentication\b/.test(challenge)) return null;
  const maxAge = /\bmax_age="?(\d+)/.exec(challenge)?.[1];
  const acrValues = /\bacr_values="?([^",]+)/.exec(challenge)?.[1];
  return {
    methods: null,
    maxAge: maxAge === undefined ? null : Number(maxAge),
    acrValues: acrValues?.split(' ') ?? [],
  };
}

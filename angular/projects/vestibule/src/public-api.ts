/* Public API of the library. All other files are internal. */
export {
  enrolmentGuard,
  guestGuard,
  linkGuard,
  passwordChangeGuard,
  roleGuard,
  secondFactorGuard,
  signedIn,
  signedInGuard,
} from './guards';
export type { SignedInGuard } from './guards';
export type { Duration, SignedInCondition } from './condition';
export type { HostedPagesOptions, SessionProblem } from './hosted-pages-token';
export { ReturnTo } from './return-to';
export type { SessionEvent } from './session-events';
export type { IdleWarningOptions, IdleWarningText } from './idle-warning/options';
export { KeepAlive, pingInterval } from './keep-alive';
export { LANGUAGES, Language, MORE_LANGUAGES as ɵMORE_LANGUAGES } from './language';
export type { KeepAliveDependencies } from './keep-alive';
export { VESTIBULE_OPTIONS } from './options';
export type { VestibuleOptions } from './options';
/* For the other entry points of the package only. */
export { ApiAddress as ɵApiAddress } from './api-address';
export { AuthPages as ɵAuthPages } from './auth-pages';
export { milliseconds as ɵmilliseconds } from './condition';
export { GuardedPages as ɵGuardedPages } from './guarded-pages';
export { TabChannel as ɵTabChannel } from './tab-channel';
export { SIGN_IN_PROMPT as ɵSIGN_IN_PROMPT } from './prompt';
export type {
  ProofDemand as ɵProofDemand,
  PromptResult as ɵPromptResult,
  SignInPrompt as ɵSignInPrompt,
} from './prompt';
export { PROBLEM_CODES, isOutage, problemOf } from './problem';
export type { CsrfReason, Problem, ProblemCode } from './problem';
export {
  provideVestibule,
  vestibuleInterceptors,
  withBackends,
  withHostedPages,
  withIdleWarning,
  withKeepAlive,
  withOptions,
  withServerEvents,
} from './provide';
export type { VestibuleFeature } from './provide';
export { returnPath } from './return-path';
export { ServiceSettings } from './service-settings';
export type { Brand, PageSettings } from './service-settings';
export { provideVestibuleServer } from './server-rendering';
export { Session } from './session';
export type { SignOutOptions } from './session';
export { SESSION_END_REASONS, isEndReason } from './api-types';
export type {
  Deadlines,
  EndReason,
  FieldSources,
  LinkedIdentity,
  Role,
  SessionAccount,
  SessionState,
  SessionView,
  SignInMethod,
  User,
  VestibuleTypes,
} from './api-types';
export type { VestibuleApi } from './api-map';
export { VestibuleIf } from './vestibule-if';

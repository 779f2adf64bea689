/* Public API of the library. All other files are internal. */
export {
  enrolmentGuard,
  guestGuard,
  linkGuard,
  roleGuard,
  secondFactorGuard,
  signedInGuard,
} from './guards';
export type { IdleWarningOptions, IdleWarningText } from './idle-warning/options';
export { KeepAlive, pingInterval } from './keep-alive';
export { LANGUAGES, Language, MORE_LANGUAGES as ɵMORE_LANGUAGES } from './language';
export type { KeepAliveDependencies } from './keep-alive';
export { VESTIBULE_OPTIONS } from './options';
export type { VestibuleOptions } from './options';
/* For the other entry points of the package only. */
export { ApiAddress as ɵApiAddress } from './api-address';
export { AuthPages as ɵAuthPages } from './auth-pages';
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
export { SESSION_END_REASONS, isEndReason } from './api-types';
export type {
  Deadlines,
  EndReason,
  LinkedIdentity,
  SessionState,
  SessionView,
  SignInMethod,
  User,
} from './api-types';

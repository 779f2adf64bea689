import {
  provideVestibule,
  signedInGuard,
  vestibuleInterceptors,
  withHostedPages,
  withIdleWarning,
  withKeepAlive,
} from '@vestibule/angular';

export const guard = signedInGuard;
export const interceptors = vestibuleInterceptors;
export const providers = [provideVestibule(withHostedPages(), withKeepAlive(), withIdleWarning())];

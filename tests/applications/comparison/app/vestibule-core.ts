import { provideVestibule, signedInGuard, vestibuleInterceptors } from '@vestibule/angular';

export const guard = signedInGuard;
export const interceptors = vestibuleInterceptors;
export const providers = [provideVestibule()];

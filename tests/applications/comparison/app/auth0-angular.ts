import { authGuardFn, authHttpInterceptorFn, provideAuth0 } from '@auth0/auth0-angular';

export const guard = authGuardFn;
export const interceptors = [authHttpInterceptorFn];
export const providers = [
  provideAuth0({
    domain: 'id.corp.example',
    clientId: 'application',
    authorizationParams: { redirect_uri: location.origin },
    httpInterceptor: { allowedList: ['/api/*'] },
  }),
];

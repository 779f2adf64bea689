import { HttpInterceptorFn } from '@angular/common/http';
import { inject, provideAppInitializer } from '@angular/core';
import { RouterStateSnapshot } from '@angular/router';
import { OAuthService, provideOAuthClient } from 'angular-oauth2-oidc';

export const guard = (_route: unknown, state: RouterStateSnapshot) => {
  const oauth = inject(OAuthService);
  if (!oauth.hasValidAccessToken()) oauth.initCodeFlow(state.url);
  return oauth.hasValidAccessToken();
};
// This library has a class-based interceptor, which `provideOAuthClient` provides.
export const interceptors: HttpInterceptorFn[] = [];
export const providers = [
  provideOAuthClient({ resourceServer: { allowedUrls: ['/api/'], sendAccessToken: true } }),
  provideAppInitializer(async () => {
    const oauth = inject(OAuthService);
    oauth.configure({
      issuer: 'https://id.corp.example',
      clientId: 'application',
      redirectUri: location.origin,
      responseType: 'code',
    });
    await oauth.loadDiscoveryDocumentAndTryLogin();
    oauth.setupAutomaticSilentRefresh();
  }),
];

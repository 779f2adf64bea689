import {
  IncludeBearerTokenCondition,
  AutoRefreshTokenService,
  INCLUDE_BEARER_TOKEN_INTERCEPTOR_CONFIG,
  UserActivityService,
  createAuthGuard,
  createInterceptorCondition,
  includeBearerTokenInterceptor,
  provideKeycloak,
  withAutoRefreshToken,
} from 'keycloak-angular';

export const guard = createAuthGuard(async (_route, state, { authenticated, keycloak }) => {
  if (!authenticated) await keycloak.login({ redirectUri: location.origin + state.url });
  return authenticated;
});
export const interceptors = [includeBearerTokenInterceptor];
export const providers = [
  provideKeycloak({
    config: { url: 'https://id.corp.example', realm: 'corp', clientId: 'application' },
    initOptions: { onLoad: 'check-sso' },
    features: [withAutoRefreshToken()],
    providers: [
      AutoRefreshTokenService,
      UserActivityService,
      {
        provide: INCLUDE_BEARER_TOKEN_INTERCEPTOR_CONFIG,
        useValue: [createInterceptorCondition<IncludeBearerTokenCondition>({ urlPattern: /^\/api\// })],
      },
    ],
  }),
];

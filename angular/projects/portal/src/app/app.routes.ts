import { inject } from '@angular/core';
import { CanMatchFn, Router, Routes } from '@angular/router';
import { enrolmentGuard, guestGuard, linkGuard, secondFactorGuard, signedInGuard } from 'vestibule';

/** The federated error page is a route of its own: the first view of `/login` does not load it. */
const hasLoginError: CanMatchFn = () =>
  inject(Router).currentNavigation()?.extractedUrl.queryParamMap.has('error') ?? false;

/** A federated login that another page started, and that the user must confirm. */
const mustConfirmLogin: CanMatchFn = () =>
  inject(Router).currentNavigation()?.extractedUrl.queryParamMap.has('provider') ?? false;

export const routes: Routes = [
  {
    path: 'login',
    title: 'Request not completed · Vestibule',
    canMatch: [hasLoginError],
    canActivate: [guestGuard],
    loadComponent: async () => (await import('./login/federated/federated-error')).FederatedError,
  },
  {
    path: 'login',
    title: 'Confirm sign-in · Vestibule',
    canMatch: [mustConfirmLogin],
    canActivate: [guestGuard],
    loadComponent: async () => (await import('./login/federated/confirm-login')).ConfirmLogin,
  },
  {
    path: 'login',
    title: 'Sign in · Vestibule',
    canActivate: [guestGuard],
    loadComponent: async () => (await import('./login/sign-in')).SignIn,
  },
  {
    path: 'second-factor',
    title: 'Second factor · Vestibule',
    canActivate: [secondFactorGuard],
    loadComponent: async () => (await import('./login/second-factor/second-factor')).SecondFactor,
  },
  {
    path: 'mfa-setup',
    title: 'Authenticator app · Vestibule',
    canActivate: [enrolmentGuard],
    loadComponent: async () =>
      (await import('./login/second-factor/enrol-authenticator')).EnrolAuthenticator,
  },
  {
    path: 'link',
    title: 'Link a provider · Vestibule',
    canActivate: [linkGuard],
    loadComponent: async () => (await import('./login/federated/account-linking/link')).Link,
  },
  {
    path: '',
    pathMatch: 'full',
    title: 'Your account · Vestibule',
    canActivate: [signedInGuard],
    loadComponent: async () => (await import('./account/dashboard')).Dashboard,
  },
  {
    path: '**',
    title: 'Page not found · Vestibule',
    loadComponent: async () => (await import('./ui/not-found')).NotFound,
  },
];

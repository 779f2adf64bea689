import { inject } from '@angular/core';
import { CanMatchFn, Router, Routes } from '@angular/router';
import { enrolmentGuard, guestGuard, linkGuard, secondFactorGuard, signedInGuard } from 'vestibule';

/** The federated door came back with a refusal: a page of its own, so that the usual one stays light. */
const hasLoginError: CanMatchFn = () =>
  inject(Router).currentNavigation()?.extractedUrl.queryParamMap.has('error') ?? false;

export const routes: Routes = [
  {
    path: 'login',
    title: 'That did not work · Vestibule',
    canMatch: [hasLoginError],
    canActivate: [guestGuard],
    loadComponent: async () => (await import('./login/federated/federated-error')).FederatedError,
  },
  {
    path: 'login',
    title: 'Sign in · Vestibule',
    canActivate: [guestGuard],
    loadComponent: async () => (await import('./login/sign-in')).SignIn,
  },
  {
    path: 'second-factor',
    title: 'Second step · Vestibule',
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
    title: 'Link an account · Vestibule',
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

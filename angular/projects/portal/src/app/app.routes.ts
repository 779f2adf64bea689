import { inject } from '@angular/core';
import { CanMatchFn, Router, Routes } from '@angular/router';
import { enrolmentGuard, guestGuard, linkGuard, secondFactorGuard, signedInGuard } from 'vestibule';

/** The federated door came back with a refusal: a page of its own, so that the usual one stays light. */
const isRefused: CanMatchFn = () =>
  inject(Router).currentNavigation()?.extractedUrl.queryParamMap.has('error') ?? false;

export const routes: Routes = [
  {
    path: 'login',
    title: 'That did not work · Vestibule',
    canMatch: [isRefused],
    canActivate: [guestGuard],
    loadComponent: async () => (await import('./login/refused')).Refused,
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
    loadComponent: async () => (await import('./login/second-factor')).SecondFactor,
  },
  {
    path: 'mfa-setup',
    title: 'Authenticator app · Vestibule',
    canActivate: [enrolmentGuard],
    loadComponent: async () => (await import('./account/mfa-setup')).MfaSetup,
  },
  {
    path: 'link',
    title: 'Link an account · Vestibule',
    canActivate: [linkGuard],
    loadComponent: async () => (await import('./login/link')).Link,
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

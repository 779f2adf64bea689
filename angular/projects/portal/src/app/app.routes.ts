import { Routes } from '@angular/router';
import { enrolmentGuard, guestGuard, secondFactorGuard, signedInGuard } from 'vestibule';

export const routes: Routes = [
  {
    path: 'login',
    title: 'Sign in · Vestibule',
    canActivate: [guestGuard],
    loadComponent: async () => (await import('./login/local-login')).LocalLogin,
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

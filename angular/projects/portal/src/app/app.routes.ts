import { Routes } from '@angular/router';
import {
  SignIn,
  accountPage,
  pageTitle,
  textGuard,
  vestibulePages,
} from '@vestibule/angular/pages';

export const routes: Routes = [
  ...vestibulePages().map(withEagerSignIn),
  accountPage(''),
  accountPage('account'),
  {
    path: 'vestibule/doctor',
    loadChildren: () => import('./doctor/doctor-routes'),
  },
  {
    path: 'vestibule/admin',
    loadChildren: () => import('./admin/admin-routes'),
  },
  {
    path: '**',
    title: pageTitle((text) => text('notFound.title')),
    canActivate: [textGuard],
    loadComponent: async () => (await import('./not-found')).NotFound,
  },
];

/** The sign-in page is in the first script: a chunk of its own would be one more round trip before the form. */
function withEagerSignIn(route: Routes[number]): Routes[number] {
  if (route.path !== 'login' || route.canMatch) return route;
  return { ...route, loadComponent: undefined, component: SignIn };
}

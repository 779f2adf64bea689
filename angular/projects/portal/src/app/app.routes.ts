import { Routes } from '@angular/router';
import { accountPage, vestibulePages } from '@vestibule/angular/pages';

export const routes: Routes = [
  ...vestibulePages(),
  accountPage(''),
  {
    path: '**',
    title: 'Page not found · Vestibule',
    loadComponent: async () => (await import('./not-found')).NotFound,
  },
];

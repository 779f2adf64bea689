import { Routes } from '@angular/router';
import { signedIn } from '@vestibule/angular';
import { textGuard } from '@vestibule/angular/pages';
import { ADMIN_ROLES } from './api/permissions';
import { AdminShell } from './shell/admin-shell';
import { shellText } from './text/shell';

/**
 * The console `/vestibule/admin`. The service checks role and second factor at each request; the guard only improves navigation.
 * Each page has its own chunk and its own texts.
 */
const routes: Routes = [
  {
    path: '',
    canActivate: [textGuard, shellText.guard, signedIn({ role: ADMIN_ROLES, amr: 'mfa' })],
    component: AdminShell,
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'overview' },
      { path: 'overview', loadChildren: () => import('./overview/overview-routes') },
      { path: 'users', loadChildren: () => import('./users/users-routes') },
      { path: 'sessions', loadChildren: () => import('./sessions/sessions-routes') },
      { path: 'audit', loadChildren: () => import('./audit/audit-routes') },
      { path: 'providers', loadChildren: () => import('./providers/providers-routes') },
      { path: 'explain', loadChildren: () => import('./explain/explain-routes') },
      { path: 'mail', loadChildren: () => import('./mail/mail-routes') },
    ],
  },
];

export default routes;

import { Routes } from '@angular/router';
import { signedIn, signedInGuard } from '@vestibule/angular';
import { NoAccess } from './no-access';
import { Welcome } from './welcome';

export const routes: Routes = [
  { path: '', title: 'Welcome · Orders', component: Welcome },
  {
    path: 'orders',
    title: 'Your orders · Orders',
    canActivate: [signedInGuard],
    loadComponent: async () => (await import('./orders/order-list')).OrderList,
  },
  {
    path: 'orders/new',
    title: 'New order · Orders',
    canActivate: [signedInGuard],
    loadComponent: async () => (await import('./orders/new-order')).NewOrder,
  },
  {
    path: 'admin',
    title: 'All orders · Orders',
    canActivate: [signedIn({ role: 'admin' })],
    loadComponent: async () => (await import('./orders/all-orders')).AllOrders,
  },
  { path: 'no-access', title: 'No access · Orders', component: NoAccess },
];

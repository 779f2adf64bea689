import { Routes } from '@angular/router';
import { createText } from '../text/create';
import { userText } from '../text/user';
import { usersText } from '../text/users';

const routes: Routes = [
  {
    path: '',
    title: usersText.title((text) => text.title),
    canActivate: [usersText.guard],
    loadComponent: async () => (await import('./list/users-list')).UsersList,
  },
  {
    path: 'new',
    title: createText.title((text) => text.title),
    canActivate: [createText.guard, userText.guard],
    loadComponent: async () => (await import('./create/create-user')).CreateUser,
  },
  {
    path: ':id',
    title: userText.title((text) => text.title),
    canActivate: [usersText.guard, userText.guard],
    loadComponent: async () => (await import('./user/user-page')).UserPage,
  },
];

export default routes;

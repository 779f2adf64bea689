import { Routes } from '@angular/router';
import { createText } from '../text/create';
import { decisionText } from '../text/decision';
import { mergeText } from '../text/merge';
import { userText } from '../text/user';
import { usersText } from '../text/users';

const routes: Routes = [
  {
    path: '',
    title: usersText.title((text) => text.title),
    canActivate: [usersText.guard, mergeText.guard],
    loadComponent: async () => (await import('./list/users-list')).UsersList,
  },
  {
    path: 'new',
    title: createText.title((text) => text.title),
    canActivate: [createText.guard, userText.guard],
    loadComponent: async () => (await import('./create/create-user')).CreateUser,
  },
  {
    path: 'merges',
    title: mergeText.title((text) => text.list),
    canActivate: [mergeText.guard, userText.guard],
    loadComponent: async () => (await import('./merge/merges-list')).MergesList,
  },
  {
    path: ':id/merge',
    title: mergeText.title((text) => text.title),
    canActivate: [mergeText.guard, userText.guard],
    loadComponent: async () => (await import('./merge/merge-users')).MergeUsers,
  },
  {
    path: ':id',
    title: userText.title((text) => text.title),
    canActivate: [usersText.guard, userText.guard, mergeText.guard, decisionText.guard],
    loadComponent: async () => (await import('./user/user-page')).UserPage,
  },
];

export default routes;

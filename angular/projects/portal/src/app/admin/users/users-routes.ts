import { Routes } from '@angular/router';
import { usersText } from '../text/users';
import { UsersList } from './list/users-list';

const routes: Routes = [
  {
    path: '',
    title: usersText.title((text) => text.title),
    canActivate: [usersText.guard],
    component: UsersList,
  },
];

export default routes;

import { Routes } from '@angular/router';
import { sessionsText } from '../text/sessions';
import { SessionsList } from './sessions-list';

const routes: Routes = [
  {
    path: '',
    title: sessionsText.title((text) => text.title),
    canActivate: [sessionsText.guard],
    component: SessionsList,
  },
];

export default routes;

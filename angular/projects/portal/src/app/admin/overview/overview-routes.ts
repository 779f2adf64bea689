import { Routes } from '@angular/router';
import { overviewText } from '../text/overview';
import { Overview } from './overview';

const routes: Routes = [
  {
    path: '',
    title: overviewText.title((text) => text.title),
    canActivate: [overviewText.guard],
    component: Overview,
  },
];

export default routes;

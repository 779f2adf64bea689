import { Routes } from '@angular/router';
import { decisionText } from '../text/decision';
import { providersText } from '../text/providers';
import { Providers } from './providers';

const routes: Routes = [
  {
    path: '',
    title: providersText.title((text) => text.title),
    canActivate: [providersText.guard, decisionText.guard],
    component: Providers,
  },
];

export default routes;

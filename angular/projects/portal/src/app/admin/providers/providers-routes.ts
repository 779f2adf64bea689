import { Routes } from '@angular/router';
import { decisionText } from '../text/decision';
import { providersText } from '../text/providers';
import { Providers } from './providers';
import { TestComplete } from './test-complete';

const routes: Routes = [
  {
    path: '',
    title: providersText.title((text) => text.title),
    canActivate: [providersText.guard, decisionText.guard],
    component: Providers,
  },
  {
    path: 'test-complete',
    title: providersText.title((text) => text.testComplete),
    canActivate: [providersText.guard],
    component: TestComplete,
  },
];

export default routes;

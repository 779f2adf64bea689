import { Routes } from '@angular/router';
import { webhooksText } from '../text/webhooks';
import { Webhooks } from './webhooks';

const routes: Routes = [
  {
    path: '',
    title: webhooksText.title((text) => text.title),
    canActivate: [webhooksText.guard],
    component: Webhooks,
  },
];

export default routes;

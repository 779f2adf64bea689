import { Routes } from '@angular/router';
import { decisionText } from '../text/decision';
import { explainText } from '../text/explain';
import { Explain } from './explain';

const routes: Routes = [
  {
    path: '',
    title: explainText.title((text) => text.title),
    canActivate: [explainText.guard, decisionText.guard],
    component: Explain,
  },
];

export default routes;

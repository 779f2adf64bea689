import { Routes } from '@angular/router';
import { auditText } from '../text/audit';
import { decisionText } from '../text/decision';
import { Audit } from './audit';

const routes: Routes = [
  {
    path: '',
    title: auditText.title((text) => text.title),
    canActivate: [auditText.guard, decisionText.guard],
    component: Audit,
  },
];

export default routes;

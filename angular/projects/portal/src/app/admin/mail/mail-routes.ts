import { Routes } from '@angular/router';
import { mailText } from '../text/mail';
import { Mail } from './mail';

const routes: Routes = [
  {
    path: '',
    title: mailText.title((text) => text.title),
    canActivate: [mailText.guard],
    component: Mail,
  },
];

export default routes;

import { inject } from '@angular/core';
import { Routes } from '@angular/router';
import { signedIn } from '@vestibule/angular';
import { PageTitle, textGuard } from '@vestibule/angular/pages';
import { Doctor } from './doctor';
import { DoctorText } from './doctor-text';

/** The page `/vestibule/doctor`. The server checks role and second factor at each request; the guard only improves navigation. */
const routes: Routes = [
  {
    path: '',
    title: () => {
      const texts = inject(DoctorText);
      return inject(PageTitle).of(() => texts.current().title);
    },
    canActivate: [textGuard, signedIn({ role: 'admin', amr: 'mfa' })],
    component: Doctor,
  },
];

export default routes;

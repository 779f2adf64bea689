import { Component } from '@angular/core';

/** The picture beside the sign-in steps: two lit doors, and the one pass both lead to. */
@Component({
  selector: 'app-sign-in-illustration',
  templateUrl: './sign-in-illustration.html',
  styleUrl: './sign-in-illustration.css',
  host: { 'aria-hidden': 'true' },
})
export class SignInIllustration {}

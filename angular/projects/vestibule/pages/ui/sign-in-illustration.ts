import { Component } from '@angular/core';

/** The decorative picture beside the sign-in card. */
@Component({
  selector: 'vestibule-sign-in-illustration',
  templateUrl: './sign-in-illustration.html',
  styleUrl: './sign-in-illustration.css',
  host: { 'aria-hidden': 'true' },
})
export class SignInIllustration {}

import { Component } from '@angular/core';

/** The picture beside the sign-in steps: two lit doors, and the one pass both lead to. */
@Component({
  selector: 'app-doors',
  templateUrl: './doors.html',
  styleUrl: './doors.css',
  host: { 'aria-hidden': 'true' },
})
export class Doors {}

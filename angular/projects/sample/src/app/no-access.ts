import { Component } from '@angular/core';

/** The page for users without the role of a guard. */
@Component({
  selector: 'app-no-access',
  template: `
    <h1>No access</h1>
    <p>Your account does not have the role that this page requires.</p>
  `,
})
export class NoAccess {}

import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';

/** A public page. It needs no session and stays open when a session ends. */
@Component({
  selector: 'app-welcome',
  imports: [RouterLink],
  template: `
    <h1>Welcome</h1>
    <p>This page is public.</p>
    <p><a routerLink="/orders/new">Place an order</a></p>
  `,
})
export class Welcome {}

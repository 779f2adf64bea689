import { Component, computed, inject } from '@angular/core';
import { RouterLink, RouterOutlet } from '@angular/router';
import { Session } from '@vestibule/angular';

/** The layout of every page: navigation, the user, and sign-out. */
@Component({
  selector: 'app-root',
  imports: [RouterLink, RouterOutlet],
  template: `
    <header>
      <nav>
        <a routerLink="/">Welcome</a>
        <a routerLink="/orders">Your orders</a>
        @if (session.hasRole('admin')) {
          <a routerLink="/admin">All orders</a>
        }
      </nav>
      @if (session.signedIn()) {
        <p class="actions">
          <bdi>{{ name() }}</bdi>
          <button type="button" (click)="signOut()">Sign out</button>
        </p>
      }
    </header>
    <main>
      <router-outlet />
    </main>
  `,
})
export class App {
  protected readonly session = inject(Session);
  protected readonly name = computed(() => {
    const user = this.session.user();
    return user?.displayName ?? user?.username ?? '';
  });

  protected async signOut(): Promise<void> {
    await this.session.signOut();
  }
}

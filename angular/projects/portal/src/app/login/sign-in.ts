import { Component, computed, inject, signal } from '@angular/core';
import { ActivatedRoute } from '@angular/router';
import { isEndReason, returnPath } from 'vestibule';
import { END_SENTENCES } from '../api/sentences';
import { Doors } from '../ui/doors';
import { LocalLogin } from './local-login';
import { ProviderList } from './provider-list';

/** The sign-in page: both doors. Where they lead to is the session's business, and the server's. */
@Component({
  selector: 'app-sign-in',
  imports: [Doors, LocalLogin, ProviderList],
  template: `
    <div class="entrance">
      <app-doors class="picture" />
      <section class="card">
        <h1 tabindex="-1">Sign in</h1>
        @if (endSentence(); as sentence) {
          <p class="notice" role="status">{{ sentence }}</p>
        }
        <app-local-login (attempted)="tried.set(true)" />
        <app-provider-list [returnTo]="returnTo" />
      </section>
    </div>
  `,
})
export class SignIn {
  private readonly query = inject(ActivatedRoute).snapshot.queryParamMap;
  /** Why a session ended. */
  private readonly reason = this.query.get('reason');

  protected readonly returnTo = returnPath(this.query.get('returnTo'));
  protected readonly tried = signal(false);
  protected readonly endSentence = computed(() =>
    isEndReason(this.reason) && !this.tried() ? END_SENTENCES[this.reason] : null,
  );
}

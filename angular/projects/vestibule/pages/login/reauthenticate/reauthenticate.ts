import { Component, computed, inject } from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { Session, ɵAuthPages } from '@vestibule/angular';
import { TEXT } from '../../text/text-loader';
import { reauthenticationMethodsOf } from './methods-of';
import { ReauthenticationMethods } from './reauthentication-methods';

/** The page `/reauthenticate?returnTo=`: asks for a recent proof, for applications without the dialog. */
@Component({
  selector: 'vestibule-reauthenticate',
  imports: [ReauthenticationMethods],
  template: `
    <section class="card">
      <h1 tabindex="-1">{{ text('reauthenticate.title') }}</h1>
      @if (methods(); as offered) {
        <vestibule-reauthentication-methods
          [methods]="offered"
          (reauthenticated)="leave()"
          (cancelled)="leave()"
        />
      }
    </section>
  `,
})
export class Reauthenticate {
  private readonly pages = inject(ɵAuthPages);
  private readonly route = inject(ActivatedRoute);
  private readonly router = inject(Router);
  private readonly session = inject(Session);

  protected readonly text = inject(TEXT);
  protected readonly methods = computed(() => {
    const user = this.session.user();
    return user && reauthenticationMethodsOf(user);
  });

  protected async leave(): Promise<void> {
    await this.router.navigateByUrl(this.pages.returnTarget(this.route.snapshot), {
      replaceUrl: true,
    });
  }
}

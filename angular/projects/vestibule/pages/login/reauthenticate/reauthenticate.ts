import { Component, computed, inject } from '@angular/core';
import { ActivatedRoute } from '@angular/router';
import { ReturnTo, Session } from '@vestibule/angular';
import { TEXT } from '../../text/text-loader';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { reauthenticationMethodsOf } from './methods-of';
import { ReauthenticationMethods } from './reauthentication-methods';

/** The page `/reauthenticate?returnTo=`: asks for a recent proof, for applications without the dialog. */
@Component({
  selector: 'vestibule-reauthenticate',
  hostDirectives: [VestibuleRoot],
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
  private readonly returnTo = inject(ReturnTo);
  private readonly query = inject(ActivatedRoute).snapshot.queryParamMap;
  private readonly session = inject(Session);

  protected readonly text = inject(TEXT);
  protected readonly methods = computed(() => {
    const user = this.session.user();
    return user && reauthenticationMethodsOf(user, this.session.methods());
  });

  protected async leave(): Promise<void> {
    await this.returnTo.leave(this.returnTo.read(this.query.get('returnTo')));
  }
}

import {
  Component,
  DestroyRef,
  ElementRef,
  computed,
  inject,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { Session } from '@vestibule/angular';
import { Reauthentication } from '../../api/reauthentication';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';

/** Re-authenticates with the password. The hidden user name lets password managers find the entry. */
@Component({
  selector: 'vestibule-reauthenticate-with-password',
  imports: [FailureBox],
  template: `
    <vestibule-failure-box [failure]="attempt.failure()" [takesFocus]="false" />
    <form novalidate (submit)="send($event)">
      <input type="text" autocomplete="username" readonly hidden [value]="name()" />
      <div class="field">
        <label for="reauthentication-password">{{ text('signIn.password') }}</label>
        <input
          #password
          id="reauthentication-password"
          name="password"
          type="password"
          autocomplete="current-password"
          autocapitalize="none"
          spellcheck="false"
          dir="auto"
          aria-describedby="reauthentication-password-error"
          [attr.aria-invalid]="missing()"
          (input)="missing.set(false)"
        />
        <p id="reauthentication-password-error" class="field-error">
          {{ missing() ? text('signIn.enterPassword') : '' }}
        </p>
      </div>
      <div class="actions">
        <button type="submit" class="button">
          {{ attempt.busy() ? text('code.checking') : text('common.continue') }}
        </button>
        <ng-content />
      </div>
    </form>
  `,
})
export class ReauthenticateWithPassword {
  private readonly destroyed = inject(DestroyRef);
  private readonly reauthentication = inject(Reauthentication);
  private readonly session = inject(Session);
  protected readonly text = inject(TEXT);

  readonly reauthenticated = output();

  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('password');

  protected readonly name = computed(() => {
    const user = this.session.user();
    return user?.username ?? user?.email ?? '';
  });
  /** Whether the form was sent with an empty field. */
  protected readonly missing = signal(false);
  protected readonly attempt = new Attempt();

  protected async send(event: Event): Promise<void> {
    event.preventDefault();
    if (this.attempt.busy()) return;
    this.attempt.failure.set(null);
    const field = this.field().nativeElement;
    this.missing.set(field.value === '');
    if (!this.missing()) await this.sendPassword(field);
    if (this.missing() || this.attempt.failure()) field.focus();
  }

  private async sendPassword(field: HTMLInputElement): Promise<void> {
    await this.attempt.run(async () => {
      // The session id has changed, also if the user closed the dialog before the response.
      this.session.apply(await this.reauthentication.withPassword(field.value));
      if (!this.destroyed.destroyed) this.reauthenticated.emit();
    });
    if (this.attempt.failure()?.code === 'password_wrong') field.value = '';
  }
}

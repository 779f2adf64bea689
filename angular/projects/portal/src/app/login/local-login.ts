import { Component, computed, inject, signal } from '@angular/core';
import { ActivatedRoute } from '@angular/router';
import { FormField, form, required, submit } from '@angular/forms/signals';
import { Session, isEndReason } from 'vestibule';
import { Failure, failureOf } from '../api/failure';
import { Login } from '../api/login';
import { END_SENTENCES } from '../api/sentences';
import { Doors } from '../ui/doors';
import { FailureBox } from '../ui/failure-box';

/** The local door: user name and password. Where it leads to is the session's business. */
@Component({
  selector: 'app-local-login',
  imports: [FormField, Doors, FailureBox],
  templateUrl: './local-login.html',
  styleUrl: './local-login.css',
})
export class LocalLogin {
  private readonly login = inject(Login);
  private readonly session = inject(Session);

  /** Why a session ended. */
  private readonly reason = inject(ActivatedRoute).snapshot.queryParamMap.get('reason');
  private readonly model = signal({ username: '', password: '' });

  protected readonly form = form(
    this.model,
    (path) => {
      required(path.username, { message: 'Enter your user name or email address.' });
      required(path.password, { message: 'Enter your password.' });
    },
    { name: 'sign-in' },
  );
  protected readonly tried = signal(false);
  /** The last attempt left something out; a refused password, which is cleared, is not that. */
  protected readonly incomplete = signal(false);
  protected readonly passwordShown = signal(false);
  protected readonly capsLock = signal(false);
  protected readonly failure = signal<Failure | null>(null);
  protected readonly endSentence = computed(() =>
    isEndReason(this.reason) && !this.tried() ? END_SENTENCES[this.reason] : null,
  );

  protected async signIn(event: Event): Promise<void> {
    event.preventDefault();
    if (this.form().submitting()) return;
    this.tried.set(true);
    this.incomplete.set(false);
    this.failure.set(null);
    // Shown text is no password to a browser: it would neither guard nor offer to save it.
    this.passwordShown.set(false);
    await submit(this.form, {
      action: () => this.pass(),
      onInvalid: (form) => {
        this.incomplete.set(true);
        form().errorSummary()[0]?.fieldTree().focusBoundControl();
      },
    });
  }

  protected watchCapsLock(event: KeyboardEvent | MouseEvent): void {
    this.capsLock.set(event.getModifierState('CapsLock'));
  }

  private async pass(): Promise<undefined> {
    const { username, password } = this.model();
    try {
      this.session.adopt((await this.login.withPassword(username, password)).session);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === 'invalid_credentials') this.form.password().reset('');
      this.failure.set(failure);
    }
  }
}

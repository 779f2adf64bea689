import {
  Component,
  ElementRef,
  afterNextRender,
  computed,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { ServiceSettings, Session } from '@vestibule/angular';
import { Login } from '../../api/login';
import { Providers } from '../../api/providers';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { injectPageLeft } from '../../ui/page-left';

/**
 * The form for user name and password. The library navigates when the session changes.
 *
 * The fields are read when the form is sent: a password manager may fill them in without an event.
 */
@Component({
  selector: 'vestibule-password-login',
  imports: [FailureBox],
  templateUrl: './password-login.html',
  styleUrl: './password-field.css',
})
export class PasswordLogin {
  private readonly login = inject(Login);
  private readonly pageLeft = injectPageLeft();
  private readonly providers = inject(Providers);
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  /** The name that is in the field at first. */
  readonly userName = input('');
  /** Whether the first empty field gets the focus when the page opens. */
  readonly takesFocus = input(false);
  readonly attempted = output();

  private readonly userNameField = viewChild.required<ElementRef<HTMLInputElement>>('userName');
  private readonly passwordField = viewChild.required<ElementRef<HTMLInputElement>>('password');

  /** The fields that were empty when the form was sent. */
  protected readonly missing = signal<readonly ('userName' | 'password')[]>([]);
  protected readonly passwordShown = signal(false);
  protected readonly capsLock = signal(false);
  protected readonly attempt = new Attempt();
  protected readonly remember = this.login.remember;
  protected readonly canRemember = computed(() => !!this.settings.current().remember);

  constructor() {
    afterNextRender(() => {
      if (this.takesFocus()) this.focusFirstEmpty();
    });
  }

  protected async signIn(event: Event): Promise<void> {
    event.preventDefault();
    if (this.attempt.busy() || this.attempt.waiting()) return;
    this.attempted.emit();
    this.attempt.failure.set(null);
    // Browsers offer to save a password only from a field of type `password`.
    this.passwordShown.set(false);
    const [userName, password] = this.fields();
    this.missing.set([
      ...(userName.value ? [] : ['userName' as const]),
      ...(password.value ? [] : ['password' as const]),
    ]);
    if (this.missing().length > 0) this.focusFirstEmpty();
    else await this.send(userName.value, password);
  }

  protected checkCapsLock(event: KeyboardEvent | MouseEvent): void {
    this.capsLock.set(event.getModifierState('CapsLock'));
  }

  /** Removes the message of a field while the user corrects it. */
  protected filled(field: 'userName' | 'password'): void {
    // The waiting time of one account does not hold for another one.
    if (field === 'userName' && this.attempt.waiting()) this.attempt.failure.set(null);
    if (this.missing().includes(field)) {
      this.missing.update((all) => all.filter((each) => each !== field));
    }
  }

  private async send(userName: string, password: HTMLInputElement): Promise<void> {
    await this.attempt.run(async () => {
      const { session } = await this.login.withPassword(userName, password.value);
      this.providers.rememberLastUsed(null);
      const next = (await this.login.offer?.(session)) ?? session;
      const left = this.pageLeft();
      this.session.apply(next);
      await left;
    });
    if (this.attempt.failure()?.code !== 'invalid_credentials') return;
    password.value = '';
    // The alert is announced without the focus, and the user can type the password at once.
    password.focus();
  }

  private focusFirstEmpty(): void {
    this.fields()
      .find((field) => !field.value)
      ?.focus();
  }

  private fields(): [HTMLInputElement, HTMLInputElement] {
    return [this.userNameField().nativeElement, this.passwordField().nativeElement];
  }
}

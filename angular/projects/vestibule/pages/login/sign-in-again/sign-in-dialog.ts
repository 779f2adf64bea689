import {
  Component,
  DOCUMENT,
  DestroyRef,
  ElementRef,
  NgZone,
  afterNextRender,
  computed,
  inject,
  input,
  output,
  signal,
} from '@angular/core';
import { EndReason, ServiceSettings, Session, User, ɵApiAddress } from '@vestibule/angular';
import { Login } from '../../api/login';
import { Mfa } from '../../api/mfa';
import { PasskeysApi } from '../../api/passkeys';
import { Providers } from '../../api/providers';
import { PasskeyLogin } from '../../passkey/passkey-login';
import { Passkeys } from '../../passkey/passkeys';
import { TEXT } from '../../text/text-loader';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { FocusInput } from '../../ui/focus-input';
import { PasswordForm } from '../../ui/password-form';
import { ProviderWindow } from '../../ui/provider-window';
import { SecondFactorForm, SecondFactorProof } from '../second-factor/second-factor-form';

/** Another tab can sign in without a message to this one, if the browser has no channel between tabs. */
const POLL_MS = 10_000;

/**
 * Asks the user of an ended session to sign in again: with a passkey, with the password and the second factor, or at a provider.
 * The caller watches the session and closes the dialog.
 */
@Component({
  selector: 'vestibule-sign-in-dialog',
  hostDirectives: [VestibuleRoot],
  imports: [FocusInput, PasskeyLogin, PasswordForm, ProviderWindow, SecondFactorForm],
  templateUrl: './sign-in-dialog.html',
  styleUrl: '../dialog.css',
})
export class SignInDialog {
  private readonly api = inject(ɵApiAddress);
  private readonly document = inject(DOCUMENT);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly login = inject(Login);
  private readonly mfa = inject(Mfa);
  private readonly passkeysApi = inject(PasskeysApi);
  private readonly providersApi = inject(Providers);
  protected readonly session = inject(Session);

  /** The user of the session that has ended. */
  readonly account = input.required<User>();
  readonly reason = input<EndReason | null>(null);
  /** The user wants to leave the page. */
  readonly cancelled = output();
  /** Whether the window of a provider is open. */
  readonly waiting = signal(false);
  /**
   * Whether the last attempt was in the window of a provider. `waiting` is not enough: `Cross-Origin-Opener-Policy` makes an
   * open window look closed.
   */
  readonly usesWindow = signal(false);

  protected readonly text = inject(TEXT);
  protected readonly leaving = signal(false);
  private readonly passkeys = inject(Passkeys);
  private readonly settings = inject(ServiceSettings);
  protected readonly usesPasskeys = computed(
    () => this.settings.current().passkeys === true && this.passkeys.usable(),
  );
  protected readonly hasPassword = computed(
    () => this.account().authProvider === 'local' && this.settings.current().passwords !== false,
  );
  protected readonly providers = computed(() => [
    ...new Set(this.account().identities.map(({ provider }) => provider)),
  ]);
  protected readonly username = computed(
    () => this.account().username ?? this.account().email ?? '',
  );
  protected readonly name = computed(() => this.account().displayName ?? this.username());
  protected readonly endSentence = computed(() => {
    const reason = this.reason();
    return reason === null ? null : this.text(`end.${reason}`);
  });
  /** The title of the document while the dialog is open: the title of the page can contain data. */
  readonly documentTitle = computed(() => this.text('dialog.signInAgain'));
  protected readonly step = computed(() => {
    if (this.session.signedIn()) return 'finishing';
    // The window of a provider asks for the second factor itself.
    return this.session.state() === 'awaitingSecondFactor' && !this.waiting() ? 'factor' : 'start';
  });

  protected readonly enrolsInWindow = computed(
    () => this.session.state() === 'awaitingEnrolment' && this.usesWindow(),
  );

  constructor() {
    // The answer has the settings of the service, too.
    if (this.passkeys.usable() && !this.providersApi.list()) void this.providersApi.load();
    afterNextRender(() => {
      const dialog = this.host.nativeElement.querySelector('dialog');
      dialog?.showModal();
      // `showModal` focuses the first focusable element, which is the heading.
      dialog?.querySelector<HTMLElement>('input:not([hidden])')?.focus();
      this.document.title = this.documentTitle();
    });
    const destroyed = inject(DestroyRef);
    inject(NgZone).runOutsideAngular(() => {
      const timer = setInterval(() => void this.poll().catch(() => undefined), POLL_MS);
      destroyed.onDestroy(() => clearInterval(timer));
    });
  }

  protected readonly poll = (): Promise<void> => this.session.refresh();

  protected readonly signIn = async (password: string): Promise<void> => {
    this.usesWindow.set(false);
    const { session } = await this.login.withPassword(this.username(), password);
    this.providersApi.rememberLastUsed(null);
    this.session.apply(session);
  };

  protected readonly verifyFactor = async (proof: SecondFactorProof): Promise<void> => {
    const answer =
      proof.method === 'passkey'
        ? this.passkeysApi.verify(proof.passkey)
        : this.mfa.verify(proof.code);
    this.session.apply((await answer).session);
  };

  protected readonly startAtProvider = (name: string): Promise<string> => {
    const returnTo = encodeURIComponent(`${this.api.pages}/signed-in`);
    const path = `/auth/login/${encodeURIComponent(name)}?returnTo=${returnTo}`;
    this.providersApi.rememberLastUsed(name);
    this.usesWindow.set(true);
    return Promise.resolve(new URL(this.api.url(path), this.document.location.origin).href);
  };

  /** Leaving loses the input on the page, so the first Escape only says so. */
  protected escape(event: Event): void {
    if (this.leaving()) return;
    event.preventDefault();
    this.leaving.set(true);
  }
}

import {
  Component,
  computed,
  effect,
  inject,
  input,
  output,
  signal,
  untracked,
} from '@angular/core';
import { ServiceSettings, Session } from '@vestibule/angular';
import { Passkey } from '../../api/passkeys';
import { Reauthenticator } from '../../login/reauthenticate/reauthenticator';
import { Ceremony } from '../../passkey/ceremony';
import { CeremonyStatus } from '../../passkey/ceremony-status';
import { Passkeys } from '../../passkey/passkeys';
import { TEXT } from '../../text/text-loader';
import type { Message } from '../../text/texts';
import { Each } from '../../ui/each';
import { FocusWhen } from '../../ui/focus-when';
import { RecoveryCodes } from '../../ui/recovery-codes';
import { Status } from '../../ui/status';
import { StatusMessage } from '../../ui/status-message';
import { PasskeyRow } from './passkey-row';

/** The passkeys of the account. With the first second factor, recovery codes are shown once. */
@Component({
  selector: 'vestibule-passkey-list',
  imports: [CeremonyStatus, Each, FocusWhen, PasskeyRow, RecoveryCodes, StatusMessage],
  templateUrl: './passkey-list.html',
  styles: `
    .notice {
      margin-block: 1rem 0;
    }
  `,
  styleUrl: '../cards.css',
})
export class PasskeyList {
  private readonly ceremonies = inject(Passkeys);
  private readonly reauthenticator = inject(Reauthenticator);
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  readonly passkeys = input.required<readonly Passkey[]>();
  /** Whether a passkey of the list is the only second factor of the account. */
  readonly only = input(false);
  /** The ID of the passkey that is the only sign-in method of the account. */
  readonly last = input<string | null>(null);
  readonly changed = output();

  protected readonly canAdd = this.ceremonies.usable;
  protected readonly ceremony = new Ceremony();
  /** Without passwords, the service accepts only a passkey that verifies its user. */
  protected readonly cancelled = computed(() =>
    this.settings.current().passwords === false ? 'passkey.notCreated' : 'passkey.cancelled',
  );
  protected readonly codes = signal<readonly string[] | null>(null);
  protected readonly status = signal<Status | null>(null);
  /** Counts changes: the button that had the focus is gone each time, so the heading gets it. */
  protected readonly changes = signal(0);
  private readonly ids = computed(() => this.passkeys().map(({ id }) => id));
  private known: readonly string[] | null = null;

  constructor() {
    effect(() => {
      const ids = this.ids();
      // Another tab can remove one, too.
      if (this.known?.some((id) => !ids.includes(id))) untracked(() => this.reportRemoval());
      this.known = ids;
    });
  }

  protected async add(): Promise<void> {
    this.status.set(null);
    await this.ceremony.run(() =>
      this.reauthenticator.run(async () => {
        const { passkey, session, recoveryCodes } = await this.ceremonies.register();
        this.session.apply(session);
        this.codes.set(recoveryCodes ?? null);
        this.report((text) => text('passkeys.added', passkey.name));
      }),
    );
  }

  protected report(message: Message): void {
    this.status.set({ message: message(this.text), good: true });
    this.changes.update((count) => count + 1);
    // The list is loaded after the codes are saved: it takes the place of this view.
    if (!this.codes()) this.changed.emit();
  }

  /** The user has saved the codes: they leave the page. */
  protected close(): void {
    this.codes.set(null);
    this.report((text) => text('codes.replaced'));
  }

  private reportRemoval(): void {
    const user = this.session.user();
    if (user) this.ceremonies.reportAccepted(user.id, this.passkeys());
  }
}

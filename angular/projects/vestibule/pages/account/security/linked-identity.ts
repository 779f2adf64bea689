import { Component, computed, inject, input, output } from '@angular/core';
import { ServiceSettings, problemOf } from '@vestibule/angular';
import { Identities, Identity } from '../../api/identities';
import { TEXT } from '../../text/text-loader';
import { ConfirmButton } from '../../ui/confirm-button';
import { Format } from '../../text/format';

/** A linked identity, with the confirmation before it is unlinked. */
@Component({
  selector: 'vestibule-linked-identity',
  imports: [ConfirmButton],
  templateUrl: './linked-identity.html',
  styleUrl: '../cards.css',
})
export class LinkedIdentity {
  private readonly api = inject(Identities);
  protected readonly format = inject(Format);
  protected readonly text = inject(TEXT);
  private readonly settings = inject(ServiceSettings);

  readonly identity = input.required<Identity>();
  /** Whether this is the only sign-in method of the account. */
  readonly only = input(false);
  readonly unlinked = output();
  /** Another tab had already unlinked it. */
  readonly missing = output();

  protected readonly lastUsed = computed(() => {
    const time = this.identity().lastLoginAt;
    return time
      ? this.text('identity.lastUsed', this.format.dateTime(time))
      : this.text('identity.notUsed');
  });
  protected readonly question = computed(() => {
    const { label, email } = this.identity();
    if (this.only()) {
      const passwords = this.settings.current().passwords !== false;
      return this.text(passwords ? 'identity.only' : 'identity.onlyNoPassword', label);
    }
    const question = email
      ? this.text('identity.questionAs', label, email)
      : this.text('identity.question', label);
    return `${question} ${this.text('identity.effect', label)}`;
  });
  protected readonly unlink = async (): Promise<void> => {
    try {
      await this.api.unlink(this.identity().id);
      this.unlinked.emit();
    } catch (error) {
      if (problemOf(error)?.code !== 'not_found') throw error;
      this.missing.emit();
    }
  };
}

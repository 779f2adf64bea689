import { Component, computed, inject, input, output } from '@angular/core';
import { Passkey } from '../../api/passkeys';
import { Format } from '../../text/format';
import { TEXT } from '../../text/text-loader';
import type { Message, Translate } from '../../text/texts';
import { FactorRow } from './factor-row';

/** A passkey of the account. */
@Component({
  selector: 'vestibule-passkey-row',
  imports: [FactorRow],
  template: `
    <vestibule-factor-row
      [factor]="passkey()"
      [fieldLabel]="text('passkeys.name')"
      [question]="text(question(), passkey().name)"
      [blocked]="last()"
      [renamed]="renamed"
      (changed)="changed.emit($event)"
    >
      <span class="detail">{{
        text('authenticators.added', format.dateTime(passkey().createdAt))
      }}</span>
      <span class="detail">{{ lastUsed() }}</span>
      <span class="detail">{{
        text(passkey().synced ? 'passkeys.synced' : 'passkeys.deviceBound')
      }}</span>
      <span class="detail">{{
        text(passkey().signsInAlone ? 'passkeys.alone' : 'passkeys.factorOnly')
      }}</span>
    </vestibule-factor-row>
  `,
  styleUrl: '../cards.css',
})
export class PasskeyRow {
  protected readonly format = inject(Format);
  protected readonly text = inject(TEXT);

  readonly passkey = input.required<Passkey>();
  /** Whether the account has no other second factor. */
  readonly only = input(false);
  /** Whether the account has no other sign-in method. */
  readonly last = input(false);
  /** The passkey was renamed or removed: the message says so. */
  readonly changed = output<Message>();

  protected readonly question = computed(() => {
    if (this.last()) return 'passkeys.removeLast';
    return this.only() ? 'passkeys.removeOnly' : 'passkeys.removeOne';
  });
  protected readonly lastUsed = computed(() => {
    const time = this.passkey().lastUsedAt;
    return time
      ? this.text('identity.lastUsed', this.format.dateTime(time))
      : this.text('authenticators.notUsed');
  });

  protected readonly renamed = (text: Translate, name: string): string =>
    text('passkeys.renamed', name);
}

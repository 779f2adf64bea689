import { Component, computed, inject, input, output } from '@angular/core';
import { Totp } from '../../api/factors';
import { Format } from '../../text/format';
import { TEXT } from '../../text/text-loader';
import type { Message, Translate } from '../../text/texts';
import { FactorRow } from './factor-row';

/** An authenticator app of the account. */
@Component({
  selector: 'vestibule-authenticator',
  imports: [FactorRow],
  template: `
    <vestibule-factor-row
      [factor]="app()"
      [fieldLabel]="text('authenticators.name')"
      [question]="
        text(only() ? 'authenticators.removeOnly' : 'authenticators.removeOne', app().name)
      "
      [renamed]="renamed"
      (changed)="changed.emit($event)"
    >
      <span class="detail">{{
        text('authenticators.added', format.dateTime(app().confirmedAt))
      }}</span>
      <span class="detail">{{ lastUsed() }}</span>
    </vestibule-factor-row>
  `,
  styleUrl: '../cards.css',
})
export class Authenticator {
  protected readonly format = inject(Format);
  protected readonly text = inject(TEXT);

  readonly app = input.required<Totp>();
  /** Whether the account has no other second factor. */
  readonly only = input(false);
  /** The app was renamed or removed: the message says so. */
  readonly changed = output<Message>();

  protected readonly lastUsed = computed(() => {
    const time = this.app().lastUsedAt;
    return time
      ? this.text('identity.lastUsed', this.format.dateTime(time))
      : this.text('authenticators.notUsed');
  });

  protected readonly renamed = (text: Translate, name: string): string =>
    text('authenticators.renamed', name);
}

import { Component, computed, inject, input, output } from '@angular/core';
import { Session, problemOf } from '@vestibule/angular';
import { AccountSession, Sessions } from '../../api/sessions';
import { authenticationText } from '../../text/authentication';
import { Format } from '../../text/format';
import { TEXT } from '../../text/text-loader';
import type { Message } from '../../text/texts';
import { ConfirmButton } from '../../ui/confirm-button';
import { deviceText } from '../../ui/user-agent';
import { providerLabel } from '../provider-label';

/** A session of the user: where it is, how it started and until when it lasts. */
@Component({
  selector: 'vestibule-session-item',
  imports: [ConfirmButton],
  templateUrl: './session-item.html',
  styleUrl: '../cards.css',
})
export class SessionItem {
  private readonly api = inject(Sessions);
  private readonly own = inject(Session);
  protected readonly format = inject(Format);
  protected readonly text = inject(TEXT);

  readonly session = input.required<AccountSession>();
  /** The session was ended: the message says so. */
  readonly sessionEnded = output<Message>();

  protected readonly name = computed(() => deviceText(this.text, this.session().userAgent));
  protected readonly signedInWith = computed(() => {
    const { method, amr, provider } = this.session();
    return authenticationText(
      this.text,
      method,
      amr,
      provider && providerLabel(this.own.user(), provider),
    );
  });

  protected readonly end = async (): Promise<void> => {
    const { id, userAgent } = this.session();
    try {
      await this.api.end(id);
    } catch (error) {
      // It has ended in between.
      if (problemOf(error)?.code !== 'not_found') throw error;
    }
    this.sessionEnded.emit((text) => text('sessions.ended', deviceText(text, userAgent)));
  };
}

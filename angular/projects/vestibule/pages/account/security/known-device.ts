import { Component, computed, inject, input, output } from '@angular/core';
import { problemOf } from '@vestibule/angular';
import { Device, Devices } from '../../api/devices';
import { Format } from '../../text/format';
import { TEXT } from '../../text/text-loader';
import type { Message } from '../../text/texts';
import { ConfirmButton } from '../../ui/confirm-button';
import { deviceText } from '../../ui/user-agent';

/** A browser with which the user has signed in. */
@Component({
  selector: 'vestibule-known-device',
  imports: [ConfirmButton],
  template: `
    <div class="row">
      <div>
        <strong>{{ name() }}</strong>
        @if (device().current) {
          &ngsp;<span class="tag" data-good="true">{{ text('devices.current') }}</span>
        }
        <span class="detail">{{
          text('devices.lastSeen', format.dateTime(device().lastSeenAt))
        }}</span>
        <span class="detail">{{
          text('devices.firstSeen', format.dateTime(device().firstSeenAt))
        }}</span>
        @if (device().trustedUntil; as until) {
          <span class="detail">{{ text('devices.trustedUntil', format.dateTime(until)) }}</span>
        }
      </div>
      <vestibule-confirm-button
        [label]="text('devices.forget')"
        [name]="text('devices.forgetNamed', name())"
        [question]="text('devices.forgetQuestion', name())"
        [action]="forget"
      />
    </div>
  `,
  styleUrl: '../cards.css',
})
export class KnownDevice {
  private readonly api = inject(Devices);
  protected readonly format = inject(Format);
  protected readonly text = inject(TEXT);

  readonly device = input.required<Device>();
  /** The device was forgotten: the message says so. */
  readonly changed = output<Message>();

  protected readonly name = computed(() => deviceText(this.text, this.device().userAgent));

  protected readonly forget = async (): Promise<void> => {
    const { id, userAgent } = this.device();
    try {
      await this.api.forget(id);
    } catch (error) {
      // Another tab has already removed it.
      if (problemOf(error)?.code !== 'not_found') throw error;
    }
    this.changed.emit((text) => text('devices.forgotten', deviceText(text, userAgent)));
  };
}

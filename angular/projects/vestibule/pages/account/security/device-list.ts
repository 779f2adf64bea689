import { Component, computed, inject, input, output, signal } from '@angular/core';
import { Device } from '../../api/devices';
import { TEXT } from '../../text/text-loader';
import type { Message } from '../../text/texts';
import { Each } from '../../ui/each';
import { FocusWhen } from '../../ui/focus-when';
import { Status } from '../../ui/status';
import { StatusMessage } from '../../ui/status-message';
import { KnownDevice } from './known-device';

/** The browsers with which the user has signed in, and until when each of them is trusted. */
@Component({
  selector: 'vestibule-device-list',
  imports: [Each, FocusWhen, KnownDevice, StatusMessage],
  templateUrl: './device-list.html',
  styleUrl: '../cards.css',
})
export class DeviceList {
  protected readonly text = inject(TEXT);

  readonly devices = input.required<readonly Device[]>();
  readonly trustDays = input.required<number | null>();
  readonly changed = output();

  protected readonly status = signal<Status | null>(null);
  /** Counts changes: the button that had the focus is gone each time, so the heading gets it. */
  protected readonly changes = signal(0);
  protected readonly help = computed(() => {
    const days = this.trustDays();
    return days === null ? this.text('devices.help') : this.text('devices.trustHelp', days);
  });

  protected report(message: Message): void {
    this.status.set({ message: message(this.text), good: true });
    this.changes.update((count) => count + 1);
    this.changed.emit();
  }
}

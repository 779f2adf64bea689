import { Injectable, inject } from '@angular/core';
import { Language } from '@vestibule/angular';

/**
 * Formats times and durations in the locale of the user. Each method reads a signal, so templates follow the language.
 *
 * @example
 * ```ts
 * const left = computed(() => inject(Format).duration(session.secondsLeft() ?? 0));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class Format {
  private readonly locale = inject(Language).locale;

  /** Returns `42 sec`, `2 min 5 sec` or `3 hr 40 min`. */
  duration(seconds: number): string {
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    if (hours > 0) return `${this.unit(hours, 'hour')} ${this.unit(minutes, 'minute')}`;
    if (seconds < 90) return this.unit(seconds, 'second');
    return `${this.unit(minutes, 'minute')} ${this.unit(seconds % 60, 'second')}`;
  }

  /** Returns `18:05` for today and `Monday 06:00` for another day. */
  time(time: Date, now = new Date()): string {
    const today = time.toDateString() === now.toDateString();
    return new Intl.DateTimeFormat(this.locale(), {
      weekday: today ? undefined : 'long',
      hour: 'numeric',
      minute: '2-digit',
    }).format(time);
  }

  /** Returns `22 Nov 2026, 18:05`. */
  dateTime(time: string): string {
    return new Intl.DateTimeFormat(this.locale(), {
      dateStyle: 'medium',
      timeStyle: 'short',
    }).format(new Date(time));
  }

  private unit(value: number, unit: 'hour' | 'minute' | 'second'): string {
    return new Intl.NumberFormat(this.locale(), { style: 'unit', unit }).format(value);
  }
}

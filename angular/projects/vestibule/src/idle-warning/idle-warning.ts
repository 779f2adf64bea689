import {
  Component,
  ElementRef,
  computed,
  effect,
  inject,
  linkedSignal,
  signal,
} from '@angular/core';
import { KeepAliveRunner } from '../keep-alive-runner';
import { Session } from '../session';
import { IDLE_WARNING } from './options';

/**
 * Asks before the idle end, and tells of the absolute one. The countdown is shown every second but spoken only
 * at a few marks (WCAG 4.1.3); Escape, like the first button, stays (WCAG 2.2.1).
 */
@Component({
  selector: 'vestibule-idle-warning',
  templateUrl: './idle-warning.html',
  styleUrl: './idle-warning.css',
})
export class IdleWarning {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly session = inject(Session);
  private readonly keepAliveRunner = inject(KeepAliveRunner, { optional: true });
  private readonly options = inject(IDLE_WARNING);

  private readonly idleSeconds = computed(() => this.session.idleTime() / 1_000);
  private readonly ends = computed(() => this.session.endsAt()?.getTime() ?? 0);

  protected readonly text = this.options.text;
  protected readonly left = computed(() => this.session.secondsLeft() ?? 0);
  /** There is something to ask only while an answer can still move the deadline. */
  protected readonly asking = computed(() => {
    const before = Math.min(this.options.seconds, this.idleSeconds() / 3);
    const there = this.session.signedIn() && !this.session.needsConfirmation();
    return there && this.canMove() && this.left() <= before;
  });
  protected readonly endsSoon = computed(() => {
    const before = Math.min(this.options.noticeSeconds, this.idleSeconds() / 2);
    return this.session.signedIn() && (this.session.secondsToEnd() ?? Infinity) <= before;
  });
  protected readonly endsAt = computed(() =>
    new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(this.ends()),
  );
  protected readonly noticed = linkedSignal({ source: this.ends, computation: () => false });
  protected readonly spoken = computed(() => {
    const mark = [10, 30, 60].find((seconds) => this.left() <= seconds);
    return mark === undefined ? '' : this.text.timeLeft(mark);
  });
  protected readonly busy = signal(false);
  protected readonly failed = signal(false);

  constructor() {
    effect(() => {
      const dialog = this.host.nativeElement.querySelector('dialog');
      const asking = this.asking();
      this.keepAliveRunner?.paused.set(asking);
      if (asking && !dialog?.open) dialog?.showModal();
      if (!asking) dialog?.close();
      if (!asking) this.failed.set(false);
    });
  }

  protected async stay(event?: Event): Promise<void> {
    event?.preventDefault();
    await this.attempt(() => this.session.extend());
  }

  protected async signOut(): Promise<void> {
    await this.attempt(() => this.session.signOut());
  }

  private canMove(): boolean {
    return this.ends() > (this.session.expiresAt()?.getTime() ?? 0);
  }

  private async attempt(step: () => Promise<void>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failed.set(false);
    try {
      await step();
    } catch {
      this.failed.set(true);
    } finally {
      this.busy.set(false);
    }
  }
}

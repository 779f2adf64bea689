import {
  Component,
  DOCUMENT,
  ElementRef,
  InjectionToken,
  WritableSignal,
  computed,
  effect,
  inject,
  linkedSignal,
  signal,
} from '@angular/core';
import type { Session } from '../session';
import type { IdleWarningOptions } from './options';
import { languageOf, textsIn } from './texts';

/**
 * What the dialog needs. This file imports no value of the package: a bundler would move all that both use into a chunk of
 * its own, and each application would load it, also without the dialog.
 */
export const IDLE_WARNING_CONTEXT = new InjectionToken<{
  readonly session: Session;
  readonly keepAlivePaused: WritableSignal<boolean>;
  readonly options: IdleWarningOptions;
}>('IDLE_WARNING_CONTEXT');

/**
 * Dialog before the idle deadline, and notice before the absolute deadline. The countdown changes every second, but
 * screen readers announce only a few values (WCAG 4.1.3). Escape keeps the session, like the first button (WCAG 2.2.1).
 */
@Component({
  selector: 'vestibule-idle-warning',
  templateUrl: './idle-warning.html',
  styleUrl: './idle-warning.css',
})
export class IdleWarning {
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  readonly #context = inject(IDLE_WARNING_CONTEXT);
  readonly #document = inject(DOCUMENT);
  readonly #session = this.#context.session;
  readonly #options = { seconds: 60, noticeSeconds: 300, ...this.#context.options };

  readonly #idleSeconds = computed(() => this.#session.idleTime() / 1_000);
  readonly #absoluteDeadline = computed(() => this.#session.endsAt()?.getTime() ?? 0);

  /** The language of the document, read each time the dialog or the notice opens. */
  readonly #language = computed(() => {
    this.warns();
    this.endsSoon();
    return languageOf(this.#document.documentElement.lang);
  });
  protected readonly text = computed(() => ({
    ...textsIn(this.#language()),
    ...this.#options.text,
  }));
  /** A closed dialog reads no countdown, so that no timer runs. */
  protected readonly secondsLeft = computed(() =>
    this.warns() ? (this.#session.secondsLeft() ?? 0) : 0,
  );
  protected readonly warns = computed(() => {
    const threshold = Math.min(this.#options.seconds, this.#idleSeconds() / 3);
    const confirmed = this.#session.signedIn() && !this.#session.needsConfirmation();
    return confirmed && this.#canExtend() && this.#session.idleWithin(threshold);
  });
  protected readonly endsSoon = computed(() => {
    const threshold = Math.min(this.#options.noticeSeconds, this.#idleSeconds() / 2);
    return this.#session.signedIn() && this.#session.endsWithin(threshold);
  });
  protected readonly endsAt = computed(() =>
    new Intl.DateTimeFormat(this.#locale(), { timeStyle: 'short' }).format(
      this.#absoluteDeadline(),
    ),
  );
  protected readonly dismissed = linkedSignal({
    source: this.#absoluteDeadline,
    computation: () => false,
  });
  protected readonly announcement = computed(() => {
    const value = [10, 30, 60].find((seconds) => this.secondsLeft() <= seconds);
    return this.warns() && value !== undefined ? this.text().timeLeft(value) : '';
  });
  protected readonly busy = signal(false);
  protected readonly failed = signal(false);

  #pageTitle: string | null = null;

  constructor() {
    effect(() => {
      const dialog = this.#host.nativeElement.querySelector('dialog');
      const warns = this.warns();
      this.#context.keepAlivePaused.set(warns);
      if (warns && !dialog?.open) {
        dialog?.showModal();
        this.#showInTitle();
      }
      if (!warns) {
        dialog?.close();
        this.failed.set(false);
        this.#restoreTitle();
      }
    });
  }

  /** A user who works in another tab sees only the title of this one. */
  #showInTitle(): void {
    this.#pageTitle = this.#document.title;
    this.#document.title = this.text().title;
  }

  #restoreTitle(): void {
    // The session may have ended, and the title be that of another page.
    const shown = this.#pageTitle !== null && this.#document.title === this.text().title;
    if (shown) this.#document.title = this.#pageTitle ?? '';
    this.#pageTitle = null;
  }

  protected async stay(event?: Event): Promise<void> {
    event?.preventDefault();
    await this.#run(() => this.#session.extend());
  }

  protected async signOut(): Promise<void> {
    await this.#run(() => this.#session.signOut());
  }

  /** The language of the texts, with the region of the browser if it has the same language. */
  #locale(): string {
    const tags = this.#document.defaultView?.navigator.languages ?? [];
    return tags.find((tag) => tag.split('-')[0] === this.#language()) ?? this.#language();
  }

  /** The dialog would offer a false choice if the absolute deadline comes first. */
  #canExtend(): boolean {
    return this.#absoluteDeadline() > (this.#session.expiresAt()?.getTime() ?? 0);
  }

  async #run(action: () => Promise<void>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failed.set(false);
    try {
      await action();
    } catch {
      this.failed.set(true);
    } finally {
      this.busy.set(false);
    }
  }
}

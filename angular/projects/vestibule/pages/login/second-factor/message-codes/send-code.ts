import {
  Component,
  ElementRef,
  computed,
  effect,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { Failure } from '../../../api/failure';
import { SentCode } from '../../../api/message-codes';
import { Format } from '../../../text/format';
import { TEXT } from '../../../text/text-loader';
import { Attempt } from '../../../ui/attempt';
import { FailureBox } from '../../../ui/failure-box';

/** Texts of refused requests for a code. */
const REFUSALS = {
  not_found: 'messageCode.notOffered',
  too_many_attempts: 'messageCode.sendLimit',
} as const;

let count = 0;

/**
 * The button that has a code sent, and another one after a while. The countdown changes on the screen each second, and screen
 * readers announce only where a code was sent to.
 */
@Component({
  selector: 'vestibule-send-code',
  imports: [FailureBox],
  template: `
    <p role="status" [id]="statusId()">
      @if (code(); as sent) {
        {{
          text(
            sent.delayed ? 'messageCode.delayed' : 'messageCode.sent',
            sent.to,
            time(sent.expiresAt)
          )
        }}
      }
    </p>
    <vestibule-failure-box [failure]="failure()" [takesFocus]="false" />
    <div class="actions">
      <button
        #button
        type="button"
        [class.button]="!known()"
        [class.secondary]="known()"
        [attr.aria-disabled]="mustWait() ? true : null"
        [attr.aria-describedby]="left() > 0 ? waitId : null"
        (click)="request()"
      >
        {{
          text(
            attempt.busy()
              ? 'messageCode.sending'
              : known()
                ? 'messageCode.sendAgain'
                : 'messageCode.send'
          )
        }}
      </button>
      @if (!known()) {
        <button type="button" class="secondary" (click)="skipped.emit()">
          {{ text('messageCode.haveCode') }}
        </button>
      } @else if (left() > 0) {
        <span class="wait" [id]="waitId">{{
          text('messageCode.sendAgainIn', format.duration(left()))
        }}</span>
      }
      <ng-content />
    </div>
  `,
  styles: `
    :host {
      display: block;
      margin-block-end: 1.25rem;
    }
    p:empty {
      display: none;
    }
    .wait {
      align-self: center;
      color: var(--text-muted);
      font-size: 0.9375rem;
    }
  `,
})
export class SendCode {
  protected readonly format = inject(Format);
  protected readonly text = inject(TEXT);

  /** The code that was sent last; `null` if the user already has one; `undefined` if none was sent. */
  readonly code = input.required<SentCode | null | undefined>();
  /** Has a code sent. A rejected promise becomes the failure that is shown. */
  readonly send = input.required<() => Promise<void>>();
  /** The ID of the text that says where the code is. */
  readonly statusId = input<string | null>(null);
  /** The user already has a code, for example after a reload of the page. */
  readonly skipped = output();

  private readonly button = viewChild.required<ElementRef<HTMLElement>>('button');

  protected readonly waitId = `vestibule-wait-${++count}`;
  protected readonly attempt = new Attempt();
  protected readonly known = computed(() => this.code() !== undefined);
  protected readonly failure = computed<Failure | null>(() => {
    const failure = this.attempt.failure();
    const code = failure?.code ?? '';
    if (!failure || !Object.hasOwn(REFUSALS, code)) return failure;
    return { ...failure, text: (text) => text(REFUSALS[code as keyof typeof REFUSALS]) };
  });
  private readonly now = signal(Date.now());
  /** Seconds until another code can be sent. */
  protected readonly left = computed(() =>
    Math.max(0, Math.ceil(((this.code()?.resendAt ?? 0) - this.now()) / 1_000)),
  );
  protected readonly mustWait = computed(() => this.left() > 0 || this.attempt.waiting());

  constructor() {
    effect((onCleanup) => {
      const resendAt = this.code()?.resendAt ?? 0;
      this.now.set(Date.now());
      if (resendAt <= Date.now()) return;
      const ticker = setInterval(() => {
        this.now.set(Date.now());
        if (resendAt <= Date.now()) clearInterval(ticker);
      }, 1_000);
      onCleanup(() => clearInterval(ticker));
    });
  }

  /** Removes the failure and focuses the button, for another channel. */
  restart(): void {
    this.attempt.failure.set(null);
    this.button().nativeElement.focus();
  }

  protected time(milliseconds: number): string {
    return this.format.time(new Date(milliseconds));
  }

  protected async request(): Promise<void> {
    if (this.attempt.busy() || this.mustWait()) return;
    await this.attempt.run(this.send());
  }
}

import { Component, computed, effect, inject, input, signal } from '@angular/core';
import { Failure } from '../api/failure';
import { Format } from '../text/format';
import { TEXT } from '../text/text-loader';
import { FocusWhen } from './focus-when';

/**
 * Shows a failure as an alert. If the failure has a waiting time, the countdown changes on the screen each second, and
 * screen readers announce only its start and its end.
 *
 * @example
 * ```html
 * <vestibule-failure-box [failure]="attempt.failure()" />
 * ```
 */
@Component({
  selector: 'vestibule-failure-box',
  imports: [FocusWhen],
  template: `
    @if (failure(); as shown) {
      <div class="notice bad" role="alert" tabindex="-1" [appFocusWhen]="takesFocus() && shown">
        <p>
          {{ shown.text(text) }}
          @if (shown.retryAfter; as seconds) {
            <span class="visually-hidden">
              {{ text('wait.mustWait', format.duration(seconds)) }}
            </span>
            <span aria-hidden="true">
              {{
                left() > 0
                  ? text('wait.tryAgainIn', format.duration(left()))
                  : text('wait.tryAgainNow')
              }}
            </span>
          }
        </p>
        <ng-content />
      </div>
    }
    <p class="visually-hidden" role="status">{{ waited() ? text('wait.tryAgainNow') : '' }}</p>
  `,
})
export class FailureBox {
  protected readonly format = inject(Format);
  protected readonly text = inject(TEXT);

  readonly failure = input.required<Failure | null>();
  /** Whether the alert gets the focus, so that the next key press starts from it. */
  readonly takesFocus = input(true);

  private readonly elapsed = signal(0);

  protected readonly left = computed(() =>
    Math.max(0, (this.failure()?.retryAfter ?? 0) - this.elapsed()),
  );
  protected readonly waited = computed(() => !!this.failure()?.retryAfter && this.left() === 0);

  constructor() {
    effect((onCleanup) => {
      this.elapsed.set(0);
      if (!this.failure()?.retryAfter) return;
      const start = Date.now();
      const ticker = setInterval(
        () => this.elapsed.set(Math.floor((Date.now() - start) / 1_000)),
        1_000,
      );
      onCleanup(() => clearInterval(ticker));
    });
  }
}

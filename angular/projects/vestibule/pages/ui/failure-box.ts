import { Component, computed, effect, input, signal } from '@angular/core';
import { Failure } from '../api/failure';
import { formatDuration } from './duration';
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
          {{ shown.text }}
          @if (shown.retryAfter; as seconds) {
            <span class="visually-hidden">You must wait {{ format(seconds) }}.</span>
            <span aria-hidden="true">
              {{ left() > 0 ? 'Try again in ' + format(left()) + '.' : 'You can try again now.' }}
            </span>
          }
        </p>
        <ng-content />
      </div>
    }
    <p class="visually-hidden" role="status">{{ waited() ? 'You can try again now.' : '' }}</p>
  `,
})
export class FailureBox {
  readonly failure = input.required<Failure | null>();
  /** Whether the alert gets the focus, so that the next key press starts from it. */
  readonly takesFocus = input(true);

  private readonly elapsed = signal(0);

  protected readonly format = formatDuration;
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

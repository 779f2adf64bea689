import {
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  signal,
} from '@angular/core';
import { Failure } from '../api/failure';
import { duration } from './format';

/**
 * A failure, spoken at once; where another try makes sense only later, with a countdown that is shown every
 * second and spoken at its beginning and its end.
 */
@Component({
  selector: 'app-failure-box',
  template: `
    @if (failure(); as shown) {
      <div class="notice bad" role="alert" tabindex="-1">
        <p>
          {{ shown.text }}
          @if (shown.retryAfter; as seconds) {
            <span class="visually-hidden">You must wait {{ words(seconds) }}.</span>
            <span aria-hidden="true">
              {{ left() > 0 ? 'Try again in ' + words(left()) + '.' : 'You can try again now.' }}
            </span>
          }
        </p>
        <ng-content />
      </div>
    }
    <p class="visually-hidden" role="status">{{ over() ? 'You can try again now.' : '' }}</p>
  `,
})
export class FailureBox {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);

  readonly failure = input.required<Failure | null>();
  /** Take the keyboard along, so that the next key press starts from the message. */
  readonly takesFocus = input(true);

  private readonly passed = signal(0);

  protected readonly words = duration;
  protected readonly left = computed(() =>
    Math.max(0, (this.failure()?.retryAfter ?? 0) - this.passed()),
  );
  protected readonly over = computed(() => !!this.failure()?.retryAfter && this.left() === 0);

  constructor() {
    effect((onCleanup) => {
      const failure = this.failure();
      if (!failure) return;
      if (this.takesFocus()) {
        afterNextRender(() => this.box()?.focus(), { injector: this.injector });
      }
      this.passed.set(0);
      if (!failure.retryAfter) return;
      const start = Date.now();
      const ticker = setInterval(
        () => this.passed.set(Math.floor((Date.now() - start) / 1_000)),
        1_000,
      );
      onCleanup(() => clearInterval(ticker));
    });
  }

  private box(): HTMLElement | null {
    return this.host.nativeElement.querySelector('[role=alert]');
  }
}

import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { ReturnTo, Session, VESTIBULE_OPTIONS, problemOf } from '@vestibule/angular';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { FocusWhen } from '../../ui/focus-when';

/** The texts of an action: `confirmEmail.title`, `confirmEmail.help` and so on. */
export type LinkActionName = 'confirmEmail' | 'cancelEmail' | 'notMe';

/**
 * The page of a link in a message. A button sends the request: scanners of mail servers open each link, and they must
 * change nothing. Its content is shown after the action.
 */
@Component({
  selector: 'vestibule-link-action',
  imports: [FailureBox, FocusWhen],
  template: `
    <section class="card">
      <h1 tabindex="-1" [appFocusWhen]="state() === 'expired' || state() === 'done'">
        {{ title() }}
      </h1>
      @switch (state()) {
        @case ('open') {
          <p>{{ sentence('help') }}</p>
          <vestibule-failure-box [failure]="attempt.failure()" />
          <button
            type="button"
            class="button"
            [attr.aria-disabled]="attempt.waiting() ? true : null"
            (click)="confirm()"
          >
            {{ attempt.busy() ? text('common.oneMoment') : sentence('action') }}
          </button>
        }
        @case ('done') {
          <p>{{ sentence('done') }}</p>
          <ng-content />
        }
        @default {
          <p>
            {{ state() === 'expired' ? sentence('expired') : text('mailLink.incomplete') }}
          </p>
        }
      }
      @if (state() !== 'open') {
        <p class="next">
          <a [href]="next()">
            {{ session.signedIn() ? text('link.toAccount') : text('link.toSignIn') }}
          </a>
        </p>
      }
    </section>
  `,
  styles: `
    .next {
      margin-block: 1.25rem 0;
    }
  `,
})
export class LinkAction {
  private readonly options = inject(VESTIBULE_OPTIONS);
  private readonly returnTargets = inject(ReturnTo);
  protected readonly session = inject(Session);
  protected readonly text = inject(TEXT);

  readonly name = input.required<LinkActionName>();
  /** The token of the link. */
  readonly token = input.required<string | null>();
  readonly needsToken = input(true);
  readonly action = input.required<() => Promise<void>>();

  /** Another link on the same page starts again. */
  private readonly outcome = linkedSignal<string | null, 'expired' | 'done' | null>({
    source: this.token,
    computation: () => null,
  });

  protected readonly attempt = new Attempt();
  protected readonly state = computed(
    () => this.outcome() ?? (this.token() === null && this.needsToken() ? 'incomplete' : 'open'),
  );
  protected readonly title = computed(() => {
    switch (this.state()) {
      case 'open':
        return this.sentence('title');
      case 'incomplete':
        return this.text('mailLink.incompleteTitle');
      case 'expired':
        return this.text('mailLink.expiredTitle');
      case 'done':
        return this.sentence('doneTitle');
    }
  });
  protected readonly next = computed(() => {
    const { homePath, loginPath } = this.options;
    return this.returnTargets.of(this.session.signedIn() ? homePath : loginPath);
  });

  protected sentence(part: 'title' | 'help' | 'action' | 'doneTitle' | 'done' | 'expired'): string {
    return this.text(`${this.name()}.${part}`);
  }

  protected async confirm(): Promise<void> {
    if (this.attempt.waiting()) return;
    await this.attempt.run(async () => {
      try {
        await this.action()();
        this.outcome.set('done');
      } catch (error) {
        if (problemOf(error)?.code !== 'token_invalid') throw error;
        this.outcome.set('expired');
      }
    });
  }
}

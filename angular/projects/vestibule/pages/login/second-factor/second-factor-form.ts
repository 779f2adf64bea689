import {
  Component,
  DestroyRef,
  Injector,
  afterNextRender,
  computed,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { TEXT } from '../../text/text-loader';
import { CodeMethod } from '../../ui/code-field';
import { CodeForm } from '../../ui/code-form';
import { Each } from '../../ui/each';

/** A code of the user, and what the user chose with it. */
export interface SecondFactorProof {
  readonly code: string;
  readonly method: CodeMethod;
  readonly trustDevice: boolean;
}

let count = 0;

/**
 * The form for the second factor. It starts with the first method of the list and offers the other ones. Its content is
 * placed beside the submit button.
 */
@Component({
  selector: 'vestibule-second-factor-form',
  imports: [CodeForm, Each],
  template: `
    <p [id]="helpId">
      {{ method() === 'totp' ? text('secondFactor.help') : text('secondFactor.recoveryHelp') }}
    </p>
    <vestibule-code-form
      [method]="method()"
      [describedBy]="helpId"
      [initialFocus]="initialFocus()"
      [verify]="send"
    >
      @if (trustDays(); as days) {
        <label class="check" options>
          <input
            type="checkbox"
            name="trustDevice"
            [checked]="trusts()"
            (change)="trusts.set(!trusts())"
          />
          {{ text('secondFactor.trust', days) }}
        </label>
      }
      <ng-content />
    </vestibule-code-form>
    <p *appEach="let other of others()" class="other-way">
      <button type="button" class="link" (click)="choose(other)">
        {{ other === 'totp' ? text('secondFactor.useApp') : text('secondFactor.useRecoveryCode') }}
      </button>
    </p>
  `,
  styles: `
    .other-way {
      margin-block: 1.25rem 0;
    }
    .link {
      min-block-size: 1.5rem;
      padding: 0;
      border: 0;
      background: none;
      color: var(--accent);
      font: inherit;
      text-align: start;
      text-decoration: underline;
      text-underline-offset: 0.2em;
      cursor: pointer;
    }
  `,
})
export class SecondFactorForm {
  private readonly destroyed = inject(DestroyRef);
  private readonly injector = inject(Injector);
  protected readonly text = inject(TEXT);

  /** The methods of the user, the last used one first. A newer server may send others. */
  readonly methods = input.required<readonly string[]>();
  /** For how many days a device can be trusted; `null` hides the option. */
  readonly trustDays = input<number | null>(null);
  readonly initialFocus = input(false);
  /** Sends the code to the server. A rejected promise becomes the failure that the form shows. */
  readonly verify = input.required<(proof: SecondFactorProof) => Promise<void>>();

  private readonly form = viewChild.required(CodeForm);
  private readonly chosen = signal<CodeMethod | null>(null);

  protected readonly helpId = `vestibule-code-help-${++count}`;
  protected readonly trusts = signal(false);
  private readonly known = computed(() => {
    const [first = 'totp', ...others] = this.methods().filter(isCodeMethod);
    return [first, ...others] as const;
  });
  protected readonly method = computed(() => this.chosen() ?? this.known()[0]);
  protected readonly others = computed(() => this.known().filter((each) => each !== this.method()));

  protected readonly send = (code: string): Promise<void> =>
    this.verify()({ code, method: this.method(), trustDevice: this.trusts() });

  protected choose(method: CodeMethod): void {
    this.chosen.set(method);
    afterNextRender(() => !this.destroyed.destroyed && this.form().restart(), {
      injector: this.injector,
    });
  }
}

function isCodeMethod(name: string): name is CodeMethod {
  return name === 'totp' || name === 'recoveryCode';
}

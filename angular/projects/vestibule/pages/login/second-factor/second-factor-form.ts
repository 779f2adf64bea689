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
import { PasskeyProof } from '../../api/passkeys';
import { Passkeys } from '../../passkey/passkeys';
import { TEXT } from '../../text/text-loader';
import { CodeMethod } from '../../ui/code-field';
import { CodeForm } from '../../ui/code-form';
import { Each } from '../../ui/each';
import { Outlet } from '../../ui/outlet';
import { ProvePasskey } from './prove-passkey';
import { TrustDevice } from './trust-device';

/** A method of the second factor that this form has. */
type FactorMethod = CodeMethod | 'passkey';

/** What the user proved, and what the user chose with it. */
export type SecondFactorProof =
  | { readonly method: CodeMethod; readonly code: string; readonly trustDevice: boolean }
  | {
      readonly method: 'passkey';
      readonly passkey: PasskeyProof;
      readonly trustDevice: boolean;
    };

/** The texts of the buttons for another method. */
const OTHER_WAYS = {
  passkey: 'secondFactor.usePasskey',
  totp: 'secondFactor.useApp',
  recoveryCode: 'secondFactor.useRecoveryCode',
} as const;

let count = 0;

/**
 * The form for the second factor. It starts with the first method of the list and offers the other ones. Its content is
 * placed beside the submit button.
 */
@Component({
  selector: 'vestibule-second-factor-form',
  imports: [CodeForm, Each, Outlet, ProvePasskey, TrustDevice],
  template: `
    <ng-template #content><ng-content /></ng-template>
    @if (codeMethod(); as code) {
      <p [id]="helpId">
        {{ code === 'totp' ? text('secondFactor.help') : text('secondFactor.recoveryHelp') }}
      </p>
      <vestibule-code-form
        [method]="code"
        [describedBy]="helpId"
        [initialFocus]="initialFocus()"
        [verify]="send"
      >
        <vestibule-trust-device options [days]="trustDays()" [(trusts)]="trusts" />
        <ng-template [appOutlet]="content" />
      </vestibule-code-form>
    } @else {
      <vestibule-prove-passkey [verify]="sendPasskey">
        <vestibule-trust-device options [days]="trustDays()" [(trusts)]="trusts" />
        <ng-template [appOutlet]="content" />
      </vestibule-prove-passkey>
    }
    <p *appEach="let other of others()" class="other-way">
      <button type="button" class="link" (click)="choose(other)">
        {{ labelOf(other) }}
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
  private readonly passkeys = inject(Passkeys);
  protected readonly text = inject(TEXT);

  /** The methods of the user, the last used one first. A newer server may send others. */
  readonly methods = input.required<readonly string[]>();
  /** For how many days a device can be trusted; `null` hides the option. */
  readonly trustDays = input<number | null>(null);
  readonly initialFocus = input(false);
  /** Sends the proof to the server. A rejected promise becomes the failure that the form shows. */
  readonly verify = input.required<(proof: SecondFactorProof) => Promise<void>>();

  private readonly form = viewChild(CodeForm);
  private readonly passkey = viewChild(ProvePasskey);
  private readonly chosen = signal<FactorMethod | null>(null);

  protected readonly helpId = `vestibule-code-help-${++count}`;
  protected readonly trusts = signal(false);
  private readonly known = computed(() => {
    const all = this.methods().filter(isFactorMethod);
    const usable = all.filter((each) => each !== 'passkey' || this.passkeys.usable());
    // A user with nothing else learns that this browser cannot use the passkey.
    const [first = all[0] ?? 'totp', ...others] = usable;
    return [first, ...others] as const;
  });
  protected readonly method = computed(() => this.chosen() ?? this.known()[0]);
  protected readonly codeMethod = computed(() => {
    const method = this.method();
    return method === 'passkey' ? null : method;
  });
  protected readonly others = computed(() => this.known().filter((each) => each !== this.method()));

  protected readonly send = (code: string): Promise<void> =>
    this.verify()({
      method: this.codeMethod() ?? 'totp',
      code,
      trustDevice: this.trusts(),
    });

  protected readonly sendPasskey = (passkey: PasskeyProof): Promise<void> =>
    this.verify()({ method: 'passkey', passkey, trustDevice: this.trusts() });

  protected labelOf(method: FactorMethod): string {
    return this.text(OTHER_WAYS[method]);
  }

  protected choose(method: FactorMethod): void {
    this.chosen.set(method);
    afterNextRender(
      () => {
        if (this.destroyed.destroyed) return;
        this.form()?.restart();
        // The user has just asked for it.
        void this.passkey()?.start();
      },
      { injector: this.injector },
    );
  }
}

function isFactorMethod(name: string): name is FactorMethod {
  return Object.hasOwn(OTHER_WAYS, name);
}

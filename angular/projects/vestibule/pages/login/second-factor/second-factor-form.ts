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
import { CodeChannel, MessageCodesApi, SentCode } from '../../api/message-codes';
import { PasskeyProof } from '../../api/passkeys';
import { Passkeys } from '../../passkey/passkeys';
import { TEXT } from '../../text/text-loader';
import { CodeMethod, isMessageMethod } from '../../ui/code-field';
import { CodeForm } from '../../ui/code-form';
import { Each } from '../../ui/each';
import { Outlet } from '../../ui/outlet';
import { SendCode } from './message-codes/send-code';
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
  emailCode: 'messageCode.useEmail',
  smsCode: 'messageCode.useSms',
  recoveryCode: 'secondFactor.useRecoveryCode',
} as const;

/** What each method with a code asks for. */
const HELP = {
  totp: 'secondFactor.help',
  emailCode: 'messageCode.emailHelp',
  smsCode: 'messageCode.smsHelp',
  recoveryCode: 'secondFactor.recoveryHelp',
} as const;

let count = 0;

/**
 * The form for the second factor. It starts with the first method of the list and offers the other ones. A code by message is
 * sent only after the user has asked for it. The content is placed beside the submit button.
 */
@Component({
  selector: 'vestibule-second-factor-form',
  imports: [CodeForm, Each, Outlet, ProvePasskey, SendCode, TrustDevice],
  template: `
    <ng-template #content><ng-content /></ng-template>
    @if (codeMethod(); as method) {
      <p [id]="helpId">{{ text(help[method]) }}</p>
      @if (channel() !== null) {
        <vestibule-send-code [code]="code()" [send]="request" (skipped)="enter(channel(), null)">
          @if (code() === undefined) {
            <ng-template [appOutlet]="content" />
          }
        </vestibule-send-code>
      }
      @if (code() !== undefined) {
        <vestibule-code-form
          [method]="method"
          [describedBy]="helpId"
          [initialFocus]="initialFocus()"
          [expiresAt]="code()?.expiresAt ?? null"
          [verify]="send"
        >
          <vestibule-trust-device options [days]="trustDays()" [(trusts)]="trusts" />
          <ng-template [appOutlet]="content" />
        </vestibule-code-form>
      }
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
  private readonly messages = inject(MessageCodesApi);
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
  private readonly sender = viewChild(SendCode);
  private readonly chosen = signal<FactorMethod | null>(null);
  /** The code that was sent last, by channel. `null`: the user already had one when the page opened. */
  private readonly codes = signal<Readonly<Partial<Record<CodeChannel, SentCode | null>>>>({});

  protected readonly help = HELP;
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

  protected readonly channel = computed(() => channelOf(this.method()));
  /** `undefined`: the user has not asked for a code yet, so there is nothing to enter. */
  protected readonly code = computed(() => {
    const channel = this.channel();
    return channel === null ? null : this.codes()[channel];
  });

  /** The user may choose another method before the response. */
  protected readonly request = async (): Promise<void> => {
    const channel = this.channel();
    if (channel !== null) this.enter(channel, await this.messages.send(channel));
  };

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
    this.restart();
  }

  /** Opens the field for the code of a channel. */
  protected enter(channel: CodeChannel | null, code: SentCode | null): void {
    if (channel === null || this.destroyed.destroyed) return;
    this.codes.update((all) => ({ ...all, [channel]: code }));
    if (channel === this.channel()) this.restart();
  }

  private restart(): void {
    afterNextRender(
      () => {
        if (this.destroyed.destroyed) return;
        const form = this.form();
        if (form) form.restart();
        else this.sender()?.restart();
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

function channelOf(method: FactorMethod): CodeChannel | null {
  if (!isMessageMethod(method)) return null;
  return method === 'emailCode' ? 'email' : 'sms';
}

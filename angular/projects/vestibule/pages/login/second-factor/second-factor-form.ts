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
import { TEXT } from '../../text/text-loader';
import { CodeMethod, isCodeMethod, isMessageMethod } from '../../ui/code-field';
import { CodeForm } from '../../ui/code-form';
import { Each } from '../../ui/each';
import { SendCode } from './message-codes/send-code';

/** A code of the user, and what the user chose with it. */
export interface SecondFactorProof {
  readonly code: string;
  readonly method: CodeMethod;
  readonly trustDevice: boolean;
}

/** What each method asks for, and the button that chooses it. */
const HELP = {
  totp: 'secondFactor.help',
  emailCode: 'messageCode.emailHelp',
  smsCode: 'messageCode.smsHelp',
  recoveryCode: 'secondFactor.recoveryHelp',
} as const;
const CHOICES = {
  totp: 'secondFactor.useApp',
  emailCode: 'messageCode.useEmail',
  smsCode: 'messageCode.useSms',
  recoveryCode: 'secondFactor.useRecoveryCode',
} as const;

let count = 0;

/**
 * The form for the second factor. It starts with the first method of the list and offers the other ones. A code by message is
 * sent only after the user has asked for it. The content is placed beside the submit button.
 */
@Component({
  selector: 'vestibule-second-factor-form',
  imports: [CodeForm, Each, SendCode],
  template: `
    <p [id]="helpId">{{ text(help[method()]) }}</p>
    @if (channel() !== null) {
      <vestibule-send-code [code]="code()" [send]="request" (skipped)="enter(channel(), null)" />
    }
    <vestibule-code-form
      [method]="method()"
      [describedBy]="helpId"
      [initialFocus]="initialFocus()"
      [open]="code() !== undefined"
      [expiresAt]="code()?.expiresAt ?? null"
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
      <button type="button" class="link" (click)="choose(other.method)">
        {{ text(other.label) }}
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
  protected readonly text = inject(TEXT);

  /** The methods of the user, the last used one first. A newer server may send others. */
  readonly methods = input.required<readonly string[]>();
  /** For how many days a device can be trusted; `null` hides the option. */
  readonly trustDays = input<number | null>(null);
  readonly initialFocus = input(false);
  /** Sends the code to the server. A rejected promise becomes the failure that the form shows. */
  readonly verify = input.required<(proof: SecondFactorProof) => Promise<void>>();

  private readonly form = viewChild.required(CodeForm);
  private readonly sender = viewChild(SendCode);
  private readonly chosen = signal<CodeMethod | null>(null);
  /** The code that was sent last, by channel. `null`: the user already had one when the page opened. */
  private readonly codes = signal<Readonly<Partial<Record<CodeChannel, SentCode | null>>>>({});

  protected readonly help = HELP;
  protected readonly helpId = `vestibule-code-help-${++count}`;
  protected readonly trusts = signal(false);
  private readonly known = computed(() => {
    const [first = 'totp', ...others] = this.methods().filter(isCodeMethod);
    return [first, ...others] as const;
  });
  protected readonly method = computed(() => this.chosen() ?? this.known()[0]);
  protected readonly others = computed(() =>
    this.known()
      .filter((each) => each !== this.method())
      .map((method) => ({ method, label: CHOICES[method] })),
  );

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
    this.verify()({ code, method: this.method(), trustDevice: this.trusts() });

  protected choose(method: CodeMethod): void {
    this.chosen.set(method);
    this.focus();
  }

  /** Opens the field for the code of a channel. */
  protected enter(channel: CodeChannel | null, code: SentCode | null): void {
    if (channel === null || this.destroyed.destroyed) return;
    this.codes.update((all) => ({ ...all, [channel]: code }));
    if (channel === this.channel()) this.focus();
  }

  private focus(): void {
    afterNextRender(
      () => {
        if (this.destroyed.destroyed) return;
        this.form().restart();
        if (this.code() === undefined) this.sender()?.restart();
      },
      { injector: this.injector },
    );
  }
}

function channelOf(method: CodeMethod): CodeChannel | null {
  if (!isMessageMethod(method)) return null;
  return method === 'emailCode' ? 'email' : 'sms';
}

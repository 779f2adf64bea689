import {
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  output,
  signal,
} from '@angular/core';
import { accountFailureOf } from '../api/account-sentences';
import { Failure } from '../api/failure';
import { Identities, Identity } from '../api/identities';
import { Reauthenticator } from '../login/reauthenticate/reauthenticator';
import { FailureBox } from '../ui/failure-box';
import { RETURN_PARAMS } from '../ui/return-params';
import { dayAndTime } from '../ui/format';

/** An identity that opens the account, and the question before it does not any more. */
@Component({
  selector: 'app-linked-identity',
  imports: [FailureBox],
  templateUrl: './linked-identity.html',
  styleUrls: ['./sign-in-methods.css', './linked-identity.css'],
})
export class LinkedIdentity {
  private readonly api = inject(Identities);
  private readonly reauthenticator = inject(Reauthenticator);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);

  readonly identity = input.required<Identity>();
  /** Nothing else opens the account. */
  readonly only = input(false);
  /** The question was put already, before the way through a provider. */
  readonly begun = input(false);
  readonly unlinked = output();
  readonly gone = output();

  protected readonly dayAndTime = dayAndTime;
  protected readonly lastUsed = computed(() => {
    const time = this.identity().lastLoginAt;
    return time ? `last used on ${dayAndTime(time)}` : 'not used to sign in yet';
  });
  protected readonly questionId = computed(() => `disconnect-${this.identity().id}`);
  protected readonly asking = signal(false);
  protected readonly busy = signal(false);
  protected readonly failure = signal<Failure | null>(null);

  constructor() {
    effect(() => {
      if (this.begun()) this.asking.set(true);
    });
  }

  protected ask(): void {
    this.asking.set(true);
    this.focus('.confirmation');
  }

  protected keep(): void {
    this.asking.set(false);
    this.failure.set(null);
    this.focus('button');
  }

  protected async unlink(): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failure.set(null);
    try {
      const marks = { [RETURN_PARAMS.unlink]: this.identity().id };
      const done = await this.reauthenticator.run(() => this.api.unlink(this.identity().id), marks);
      if (done) this.unlinked.emit();
    } catch (error) {
      const failure = accountFailureOf(error);
      if (failure.code === 'not_found') this.gone.emit();
      else this.failure.set(failure);
    } finally {
      this.busy.set(false);
    }
  }

  private focus(what: string): void {
    afterNextRender(() => this.host.nativeElement.querySelector<HTMLElement>(what)?.focus(), {
      injector: this.injector,
    });
  }
}

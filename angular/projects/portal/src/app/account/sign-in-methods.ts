import { Component, DOCUMENT, computed, inject, input, signal } from '@angular/core';
import { Router } from '@angular/router';
import { Session, User } from 'vestibule';
import { accountFailureOf } from '../api/account-sentences';
import { Failure } from '../api/failure';
import { Identities, Identity } from '../api/identities';
import { Providers } from '../api/providers';
import { REAUTHENTICATED } from '../login/reauthenticate/reauthenticator';
import { Each } from '../ui/each';
import { FailureBox } from '../ui/failure-box';
import { RETURN_PARAMS, returnParamsOf, urlWithoutReturnParams } from '../ui/return-params';
import { LinkProvider } from './link-provider';
import { LinkedIdentity } from './linked-identity';

/** The ways into the account: which there are, and connecting and disconnecting those of the providers. */
@Component({
  selector: 'app-sign-in-methods',
  imports: [Each, FailureBox, LinkProvider, LinkedIdentity],
  templateUrl: './sign-in-methods.html',
  styleUrl: './sign-in-methods.css',
})
export class SignInMethods {
  private readonly document = inject(DOCUMENT);
  private readonly api = inject(Identities);
  private readonly providers = inject(Providers);
  private readonly router = inject(Router);
  private readonly session = inject(Session);

  readonly user = input.required<User>();

  protected readonly identities = signal<readonly Identity[] | null>(null);
  protected readonly failure = signal<Failure | null>(null);
  protected readonly said = signal('');
  /** The identity, and the provider, that something was begun with before the way through a provider. */
  protected readonly begun = signal<string | null>(null);
  protected readonly connecting = signal<string | null>(null);
  /** Without it nobody could get in any more. */
  protected readonly only = computed(
    () => this.user().authProvider !== 'local' && this.identities()?.length === 1,
  );
  /** Who comes back begins at what is said, not at the top of the page. */
  protected readonly startsHere = computed(
    () => this.said() !== '' && this.begun() === null && this.connecting() === null,
  );

  constructor() {
    void this.arrive();
  }

  protected async load(): Promise<void> {
    this.failure.set(null);
    try {
      this.identities.set(await this.api.list());
    } catch (error) {
      this.failure.set(accountFailureOf(error));
    }
  }

  protected unlinked({ id, label }: Identity): void {
    this.identities.update((all) => all?.filter((each) => each.id !== id) ?? null);
    this.said.set(`${label} is disconnected. It does not open your account any more.`);
    void this.session.reloadUser();
    // The button that was pressed is gone.
    this.document.getElementById('ways')?.focus();
  }

  /** Somebody was faster, in another tab. */
  protected async gone(): Promise<void> {
    this.said.set('That was disconnected already.');
    await this.load();
  }

  private async arrive(): Promise<void> {
    await Promise.all([this.load(), this.providers.load()]);
    const marks = returnParamsOf(this.router);
    if (!marks.has(RETURN_PARAMS.linked) && !marks.has(RETURN_PARAMS.reauthenticated)) return;
    this.take(marks);
    await this.router.navigateByUrl(urlWithoutReturnParams(this.router), { replaceUrl: true });
  }

  /** Nothing is said that is not so. */
  private take(marks: URLSearchParams): void {
    const name = marks.get(RETURN_PARAMS.linked);
    const connected = this.identities()?.find(({ provider }) => provider === name);
    if (connected) this.said.set(`${connected.label} is connected. It opens your account now.`);
    if (!marks.has(RETURN_PARAMS.reauthenticated)) return;
    this.said.set(REAUTHENTICATED);
    this.begun.set(marks.get(RETURN_PARAMS.unlink));
    this.connecting.set(marks.get(RETURN_PARAMS.link));
  }
}

import { Component, computed, inject, input, output, signal } from '@angular/core';
import { Router } from '@angular/router';
import { ServiceSettings, Session, User, VESTIBULE_OPTIONS } from '@vestibule/angular';
import { Identities, Identity } from '../../api/identities';
import { Providers } from '../../api/providers';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { Each } from '../../ui/each';
import { FailureBox } from '../../ui/failure-box';
import { FocusWhen } from '../../ui/focus-when';
import { RETURN_PARAMS, returnParamsOf, urlWithoutReturnParams } from '../../ui/return-params';
import { returnUrl } from '../return-url';
import { LinkProvider } from './link-provider';
import { LinkedIdentity } from './linked-identity';
import { Status } from '../../ui/status';
import { StatusMessage } from '../../ui/status-message';

/** The sign-in methods of the account. Providers are linked and unlinked here. */
@Component({
  selector: 'vestibule-sign-in-methods',
  imports: [Each, FailureBox, FocusWhen, LinkProvider, LinkedIdentity, StatusMessage],
  templateUrl: './sign-in-methods.html',
  styleUrl: '../cards.css',
})
export class SignInMethods {
  private readonly api = inject(Identities);
  private readonly providers = inject(Providers);
  private readonly router = inject(Router);
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  protected readonly passwordUrl = returnUrl(inject(VESTIBULE_OPTIONS).passwordChangePath);

  readonly user = input.required<User>();
  /** Whether the user has a passkey that needs no other method. */
  readonly signsInWithPasskey = input(false);
  /** The first requests have finished. */
  readonly settled = output();

  /** Whether users of this service sign in with a password. */
  protected readonly passwords = computed(() => this.settings.current().passwords !== false);
  protected readonly identities = signal<readonly Identity[] | null>(null);
  protected readonly loading = new Attempt();
  protected readonly status = signal<Status | null>(null);
  /** Counts unlinked identities: the button that had the focus is removed each time, so the heading gets it. */
  protected readonly unlinkedCount = signal(0);
  protected readonly only = computed(
    () =>
      (this.user().authProvider !== 'local' || !this.passwords()) &&
      !this.signsInWithPasskey() &&
      this.identities()?.length === 1,
  );
  /** After the return from a provider the page starts here, at the status message. */
  protected readonly hasInitialFocus = computed(() => this.status() !== null);

  /** Only a verified address is a name to sign in with. */
  protected readonly passwordHelp = computed(() => {
    const { username, email, emailVerified } = this.user();
    if (!email || !emailVerified) return 'methods.withUserName';
    return username ? 'methods.withBoth' : 'methods.withEmail';
  });
  /** Without a name to sign in with, a password would open nothing. */
  protected readonly canSetPassword = computed(() => {
    const { username, email, emailVerified } = this.user();
    return this.passwords() && (username !== null || (email !== null && emailVerified));
  });

  constructor() {
    void this.initialize();
  }

  protected async load(): Promise<void> {
    await this.loading.run(async () => this.identities.set(await this.api.list()));
  }

  protected unlinked({ id, label }: Identity): void {
    this.identities.update((all) => all?.filter((each) => each.id !== id) ?? null);
    this.report(this.text('identity.unlinked', label));
    this.unlinkedCount.update((count) => count + 1);
    void this.session.reloadUser();
  }

  /** Another tab had already unlinked the identity. */
  protected async missing(): Promise<void> {
    this.report(this.text('identity.alreadyUnlinked'), false);
    await this.load();
  }

  private async initialize(): Promise<void> {
    await Promise.all([this.load(), this.providers.load()]);
    this.settled.emit();
    const params = returnParamsOf(this.router);
    if (!params.has(RETURN_PARAMS.linked)) return;
    this.reportLink(params.get(RETURN_PARAMS.linked));
    await this.router.navigateByUrl(urlWithoutReturnParams(this.router), { replaceUrl: true });
  }

  /** A user can write the return parameter, so a link is reported only if it exists. */
  private reportLink(name: string | null): void {
    const linked = this.identities()?.find(({ provider }) => provider === name);
    if (linked) this.report(this.text('identity.linked', linked.label));
  }

  private report(message: string, good = true): void {
    this.status.set({ message, good });
  }
}

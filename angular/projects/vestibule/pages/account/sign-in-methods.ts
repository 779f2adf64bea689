import { Component, computed, inject, input, signal } from '@angular/core';
import { Router } from '@angular/router';
import { Session, User } from '@vestibule/angular';
import { Identities, Identity } from '../api/identities';
import { Providers } from '../api/providers';
import { Attempt } from '../ui/attempt';
import { Each } from '../ui/each';
import { FailureBox } from '../ui/failure-box';
import { FocusWhen } from '../ui/focus-when';
import { RETURN_PARAMS, returnParamsOf, urlWithoutReturnParams } from '../ui/return-params';
import { LinkProvider } from './link-provider';
import { LinkedIdentity } from './linked-identity';

/** The sign-in methods of the account. Providers are linked and unlinked here. */
@Component({
  selector: 'vestibule-sign-in-methods',
  imports: [Each, FailureBox, FocusWhen, LinkProvider, LinkedIdentity],
  templateUrl: './sign-in-methods.html',
  styleUrl: './sign-in-methods.css',
})
export class SignInMethods {
  private readonly api = inject(Identities);
  private readonly providers = inject(Providers);
  private readonly router = inject(Router);
  private readonly session = inject(Session);

  readonly user = input.required<User>();

  protected readonly identities = signal<readonly Identity[] | null>(null);
  protected readonly loading = new Attempt();
  protected readonly statusMessage = signal('');
  /** Counts unlinked identities: the button that had the focus is removed each time, so the heading gets it. */
  protected readonly unlinkedCount = signal(0);
  protected readonly only = computed(
    () => this.user().authProvider !== 'local' && this.identities()?.length === 1,
  );
  /** After the return from a provider the page starts here, at the status message. */
  protected readonly hasInitialFocus = computed(() => this.statusMessage() !== '');

  constructor() {
    void this.initialize();
  }

  protected async load(): Promise<void> {
    await this.loading.run(async () => this.identities.set(await this.api.list()));
  }

  protected unlinked({ id, label }: Identity): void {
    this.identities.update((all) => all?.filter((each) => each.id !== id) ?? null);
    this.statusMessage.set(`${label} is unlinked. You can no longer sign in with it.`);
    this.unlinkedCount.update((count) => count + 1);
    void this.session.reloadUser();
  }

  /** Another tab had already unlinked the identity. */
  protected async missing(): Promise<void> {
    this.statusMessage.set('This provider was already unlinked.');
    await this.load();
  }

  private async initialize(): Promise<void> {
    await Promise.all([this.load(), this.providers.load()]);
    const params = returnParamsOf(this.router);
    if (!params.has(RETURN_PARAMS.linked)) return;
    this.reportLink(params.get(RETURN_PARAMS.linked));
    await this.router.navigateByUrl(urlWithoutReturnParams(this.router), { replaceUrl: true });
  }

  /** A user can write the return parameter, so a link is reported only if it exists. */
  private reportLink(name: string | null): void {
    const linked = this.identities()?.find(({ provider }) => provider === name);
    if (linked) this.statusMessage.set(`${linked.label} is linked. You can now sign in with it.`);
  }
}

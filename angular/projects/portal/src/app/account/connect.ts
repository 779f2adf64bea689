import { Component, computed, inject, input, signal } from '@angular/core';
import { Router } from '@angular/router';
import { accountFailureOf } from '../api/account-sentences';
import { Failure } from '../api/failure';
import { Identities, Identity } from '../api/identities';
import { Providers } from '../api/providers';
import { FreshProof } from '../login/fresh-proof/fresh-proof';
import { Away } from '../ui/away';
import { Each } from '../ui/each';
import { FailureBox } from '../ui/failure-box';
import { MARKS, addressWith } from '../ui/marks';
import { ProviderIcon } from '../ui/provider-icon';

/** The providers that do not open the account yet, each with a button that goes there to connect it. */
@Component({
  selector: 'app-connect',
  imports: [Each, FailureBox, ProviderIcon],
  templateUrl: './connect.html',
  styleUrl: './connect.css',
})
export class Connect {
  private readonly away = inject(Away);
  private readonly freshProof = inject(FreshProof);
  private readonly identities = inject(Identities);
  private readonly router = inject(Router);
  protected readonly providers = inject(Providers);

  readonly linked = input.required<readonly Identity[]>();
  /** The name of one that was chosen already, before the way through another one. */
  readonly begun = input<string | null>(null);

  private readonly going = signal(false);

  protected readonly doors = computed(() => {
    const linked = new Set(this.linked().map(({ provider }) => provider));
    return (this.providers.list() ?? []).filter(({ name }) => !linked.has(name));
  });
  protected readonly failure = signal<Failure | null>(null);

  constructor() {
    this.providers.retryClosed();
  }

  protected async connect(name: string): Promise<void> {
    if (this.going()) return;
    this.going.set(true);
    this.failure.set(null);
    const back = addressWith(this.router, { [MARKS.connected]: name });
    try {
      await this.freshProof.during(
        async () => this.away.to(await this.identities.link(name, back)),
        { [MARKS.connecting]: name },
      );
    } catch (error) {
      this.failure.set(accountFailureOf(error));
    } finally {
      this.going.set(false);
    }
  }
}

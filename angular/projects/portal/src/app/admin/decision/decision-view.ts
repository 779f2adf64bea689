import { Component, computed, inject, input } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { ListUrl } from '../api/list-url';
import { DecisionOutcome, decisionText } from '../text/decision';
import { Decision } from './decision';

/** A decision about a federated login in plain words: the result, its reason, what would change it, and what it rests on. */
@Component({
  selector: 'app-decision',
  imports: [Each],
  templateUrl: './decision-view.html',
  styleUrls: ['../ui/table.css', './decision-view.css'],
})
export class DecisionView {
  private readonly url = inject(ListUrl);
  protected readonly text = decisionText.inject();

  readonly decision = input.required<Decision>();

  protected readonly outcome = computed(() => {
    const { outcome } = this.decision();
    const { outcomes } = this.text();
    return Object.hasOwn(outcomes, outcome) ? outcomes[outcome as DecisionOutcome] : outcome;
  });
  protected readonly isGood = computed(() =>
    ['signIn', 'link', 'linkOnRequest', 'create'].includes(this.decision().outcome),
  );
  protected readonly isRefused = computed(() =>
    ['refuse', 'failed'].includes(this.decision().outcome),
  );
  protected readonly rule = computed(() => this.sentence(this.decision().rule));
  protected readonly needed = computed(() => this.sentence(this.decision().needed));
  protected readonly users = computed(() =>
    this.decision().users.map((id) => ({ id, href: this.url.href(`/users/${id}`) })),
  );
  /** Names and values of what the decision rests on. */
  protected readonly facts = computed(() => {
    const { provider, issuer, subject, email, emailVerified, trustedForDomain } = this.decision();
    const text = this.text();
    const shown = (value: boolean | null) => (value === null ? null : value ? text.yes : text.no);
    const facts = [
      { name: text.provider, value: provider },
      { name: text.issuer, value: issuer },
      { name: text.subject, value: subject },
      { name: text.address, value: email ?? (emailVerified === null ? null : text.noAddress) },
      { name: text.addressVerified, value: shown(emailVerified) },
      { name: text.trusted, value: shown(trustedForDomain) },
      { name: text.secondFactors, value: this.factors() },
    ];
    return facts.flatMap(({ name, value }) => (value ? [{ name, value }] : []));
  });

  /** Returns the names of the second factors of the user. */
  private factors(): string | null {
    const { secondFactors } = this.decision();
    const { factors, noAddress } = this.text();
    const name = (kind: string) => (isFactor(kind, factors) ? factors[kind] : kind);
    return secondFactors && (secondFactors.map(name).join(', ') || noAddress);
  }

  /** Returns a sentence of the server in the language in use, or as it is. */
  private sentence(english: string | null): string {
    if (english === null) return '';
    const { sentences } = this.text();
    if (Object.hasOwn(sentences, english)) return sentences[english] ?? '';
    return `${english.charAt(0).toUpperCase()}${english.slice(1)}${/[.!?]$/.test(english) ? '' : '.'}`;
  }
}

function isFactor<F extends object>(kind: string, factors: F): kind is keyof F & string {
  return Object.hasOwn(factors, kind);
}

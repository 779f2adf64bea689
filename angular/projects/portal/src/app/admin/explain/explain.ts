import { Component, ElementRef, computed, inject, signal } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { Attempt, FailureBox } from '@vestibule/angular/pages';
import { AdminApi } from '../api/admin-api';
import { ListUrl } from '../api/list-url';
import { isId } from '../audit/audit-event';
import { Decision, decisionOf } from '../decision/decision';
import { DecisionView } from '../decision/decision-view';
import { explainText } from '../text/explain';
import { Latest } from '../ui/latest';
import { ListState } from '../ui/list-state';
import { jsonErrorOf } from './json-error';

interface ProviderList {
  readonly items: readonly { readonly name: string; readonly label: string }[];
}

/** Claims of a user who can sign in, to start from. */
const EXAMPLE = `{
  "sub": "1234",
  "email": "ada@corp.example",
  "email_verified": true
}`;

/** Explains what a login with given claims would do. Nothing is changed. */
@Component({
  selector: 'app-explain',
  imports: [DecisionView, Each, FailureBox, ListState],
  templateUrl: './explain.html',
  styleUrls: ['../ui/page.css', '../ui/controls.css', './explain.css'],
})
export class Explain {
  private readonly api = inject(AdminApi);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly url = inject(ListUrl);
  protected readonly text = explainText.inject();

  protected readonly example = EXAMPLE;
  protected readonly providers = new Latest<ProviderList>();
  protected readonly options = computed(() => {
    // A link of the page of the providers names one.
    const chosen = this.url.params()['provider'];
    const all = this.providers.value()?.items ?? [];
    return all.map((provider) => ({ ...provider, selected: provider.name === chosen }));
  });
  protected readonly attempt = new Attempt();
  protected readonly claimsError = signal('');
  protected readonly userError = signal('');
  protected readonly decision = signal<Decision | null>(null);

  constructor() {
    this.load();
  }

  protected load(): void {
    void this.providers.run(() => this.api.get('/providers'));
  }

  protected async explain(event: Event): Promise<void> {
    event.preventDefault();
    const [claims, user] = [this.field('textarea'), this.field('input')];
    const provider = this.field('select').value;
    const signedInAs = user.value.trim();
    this.userError.set(signedInAs === '' || isId(signedInAs) ? '' : this.text().notAnId);
    if (!this.checkClaims(claims)) return;
    if (this.userError()) {
      user.focus();
      return;
    }
    const body = { provider, claims: JSON.parse(claims.value) as unknown };
    await this.attempt.run(async () => {
      const answer = await this.api.send<unknown>('POST', '/explain', {
        ...body,
        ...(signedInAs && { signedInAs }),
      });
      this.decision.set(decisionOf(answer));
    });
    if (this.attempt.failure()) this.decision.set(null);
    else
      setTimeout(() => this.host.nativeElement.querySelector<HTMLElement>('#explained')?.focus());
  }

  /** Shows the first error, and selects its place in the text. */
  private checkClaims(field: HTMLTextAreaElement): boolean {
    const error = jsonErrorOf(field.value);
    const { errorAt, problems } = this.text();
    this.claimsError.set(error ? errorAt(problems[error.problem], error.line, error.column) : '');
    if (!error) return true;
    field.focus();
    field.setSelectionRange(error.offset, Math.min(error.offset + 1, field.value.length));
    return false;
  }

  private field<N extends 'textarea' | 'input' | 'select'>(name: N): HTMLElementTagNameMap[N] {
    return this.host.nativeElement.querySelector(name) ?? fail(name);
  }
}

function fail(selector: string): never {
  throw new Error(`the form has no ${selector}`);
}

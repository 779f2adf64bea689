import { Component, computed, inject, input } from '@angular/core';
import { Language } from '@vestibule/angular';
import { Each } from '@vestibule/angular/console';
import { providersText } from '../text/providers';
import { Check } from './provider';

/** The checks of a provider: each with its result in words. */
@Component({
  selector: 'app-check-list',
  imports: [Each],
  template: `
    <p role="status">{{ summary() }}</p>
    <ul role="list" [attr.aria-label]="text().checks">
      <li *appEach="let check of rows()" [attr.data-outcome]="check.outcome">
        <strong>{{ check.result }}: {{ check.label }}</strong>
        <span class="text" lang="en" dir="auto">{{ check.text }}</span>
        @if (check.nextStep; as step) {
          <span class="text">
            {{ text().toChange }}: <span lang="en" dir="auto"> {{ step }}</span>
          </span>
        }
        @if (check.time) {
          <span class="time">{{ check.time }}</span>
        }
      </li>
    </ul>
  `,
  styleUrl: './check-list.css',
})
export class CheckList {
  private readonly locale = inject(Language).locale;
  protected readonly text = providersText.inject();

  readonly checks = input.required<readonly Check[]>();

  protected readonly rows = computed(() => {
    const { names, outcomes, millis } = this.text();
    const of = (texts: Readonly<Record<string, string>>, key: string) =>
      Object.hasOwn(texts, key) ? texts[key] : key;
    return this.checks().map((check) => ({
      ...check,
      label: of(names, check.name),
      result: of(outcomes, check.outcome),
      time:
        check.millis === undefined
          ? ''
          : millis(new Intl.NumberFormat(this.locale()).format(check.millis)),
    }));
  });
  protected readonly summary = computed(() => {
    const others = this.checks().filter(({ outcome }) => outcome !== 'ok').length;
    return others === 0 ? this.text().allGood : this.text().notGood(others);
  });
}

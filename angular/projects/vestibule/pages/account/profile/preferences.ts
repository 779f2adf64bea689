import { Component, computed, inject } from '@angular/core';
import { Language, Session } from '@vestibule/angular';
import { AccountProfile } from '../../api/account-profile';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { Each } from '../../ui/each';
import { FailureBox } from '../../ui/failure-box';
import { Theme, ThemeName } from './theme';

/**
 * Language and colour scheme. The language of a signed-in user is stored in the account, the rest on this device.
 *
 * @example
 * ```ts
 * @Component({ imports: [Preferences], template: '<vestibule-preferences />' })
 * export class Footer {}
 * ```
 */
@Component({
  selector: 'vestibule-preferences',
  imports: [Each, FailureBox],
  template: `
    @if (languages().length > 1) {
      <label>
        <span>{{ text('preferences.language') }}</span>
        <select (change)="chooseLanguage($event)">
          <option
            *appEach="let option of languages()"
            [value]="option.tag"
            [attr.lang]="option.tag"
            [selected]="option.tag === language.current()"
          >
            {{ option.name }}
          </option>
        </select>
      </label>
    }
    @if (theme; as theme) {
      <label>
        <span>{{ text('preferences.theme') }}</span>
        <select (change)="chooseTheme($event)">
          <option
            *appEach="let option of themes()"
            [value]="option.name"
            [selected]="option.name === theme.current()"
          >
            {{ option.label }}
          </option>
        </select>
      </label>
    }
    <vestibule-failure-box [failure]="storing.failure()" />
  `,
  styleUrl: './preferences.css',
})
export class Preferences {
  private readonly account = inject(AccountProfile);
  private readonly session = inject(Session);
  protected readonly language = inject(Language);
  protected readonly text = inject(TEXT);
  protected readonly theme = inject(Theme, { optional: true });

  protected readonly storing = new Attempt();
  /** A language is listed under its own name: a user may not be able to read the current one. */
  protected readonly languages = computed(() =>
    this.language.offered().map((tag) => ({ tag, name: ownNameOf(tag) })),
  );
  protected readonly themes = computed(() => [
    { name: 'system', label: this.text('theme.system') },
    { name: 'light', label: this.text('theme.light') },
    { name: 'dark', label: this.text('theme.dark') },
  ]);

  protected async chooseLanguage(event: Event): Promise<void> {
    const tag = (event.target as HTMLSelectElement).value;
    this.language.choose(tag);
    if (!this.session.signedIn()) return;
    await this.storing.run(async () => {
      await this.account.update({ locale: tag });
      await this.session.reloadUser();
    });
  }

  protected chooseTheme(event: Event): void {
    this.theme?.choose((event.target as HTMLSelectElement).value as ThemeName);
  }
}

function ownNameOf(tag: string): string {
  const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

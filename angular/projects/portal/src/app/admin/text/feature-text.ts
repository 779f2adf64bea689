import {
  Injector,
  InjectionToken,
  Signal,
  computed,
  effect,
  inject,
  linkedSignal,
  signal,
  untracked,
} from '@angular/core';
import { CanActivateFn, ResolveFn } from '@angular/router';
import { Language } from '@vestibule/angular';
import { PageTitle } from '@vestibule/angular/pages';

type Name = 'ar' | 'de' | 'en' | 'es' | 'fr';
type Chunks<T> = Readonly<Record<Name, () => Promise<{ default: T }>>>;

/**
 * The texts of one feature of the console. Each language is a chunk of its own.
 *
 * @example
 * ```ts
 * export const usersText = new FeatureText<UsersTexts>({ en: () => import('./users/english'), … });
 * // in the routes:    title: usersText.title((text) => text.title), canActivate: [usersText.guard],
 * // in a component:   protected readonly text = usersText.inject();
 * // in its template:  {{ text().title }}
 * ```
 */
export class FeatureText<T extends object> {
  private readonly token: InjectionToken<LoadedText<T>>;

  constructor(chunks: Chunks<T>) {
    this.token = new InjectionToken('FeatureText', { factory: () => new LoadedText(chunks) });
  }

  /** Waits for the texts, so that a component has them from the start. */
  readonly guard: CanActivateFn = () => inject(this.token).ready();

  /** Returns the texts of the language in use. The page needs the guard. */
  inject(): Signal<T> {
    return inject(this.token).current;
  }

  /** Returns the title of a route. It follows a change of the language. */
  title(of: (text: T) => string): ResolveFn<string> {
    return () => {
      const text = this.inject();
      return inject(PageTitle).of(() => of(text()));
    };
  }

  /** Waits for the texts in a test. */
  load(injector: Injector): Promise<boolean> {
    return injector.get(this.token).ready();
  }
}

class LoadedText<T extends object> {
  private readonly language = inject(Language).current;
  private readonly loaded = signal<Partial<Record<Name, T>>>({});
  /** The previous language stays on the screen while another one loads. */
  private readonly shown = linkedSignal<T | undefined, T | undefined>({
    source: () => this.loaded()[this.name()],
    computation: (found, previous) => found ?? previous?.value,
  });
  readonly current = computed(() => this.shown() ?? fail());

  constructor(private readonly chunks: Chunks<T>) {
    effect(() => {
      this.language();
      void untracked(() => this.ready()).catch(() => undefined);
    });
  }

  async ready(): Promise<boolean> {
    const name = this.name();
    if (untracked(this.loaded)[name]) return true;
    const { default: text } = await this.chunks[name]();
    this.loaded.update((all) => ({ ...all, [name]: text }));
    return true;
  }

  private name(): Name {
    const name = this.language().slice(0, 2);
    return Object.hasOwn(this.chunks, name) ? (name as Name) : 'en';
  }
}

function fail(): never {
  throw new Error('the route has no guard that loads these texts');
}

import {
  Directive,
  TemplateRef,
  ViewContainerRef,
  effect,
  inject,
  input,
  signal,
  untracked,
} from '@angular/core';
import { Role, User } from './api-types';
import { SignedInCondition, unmetOf } from './condition';
import { Session } from './session';

/** Angular passes an empty text for `*vestibuleIf` alone. */
// eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- a role may be one of a few names
type IfCondition = Role | SignedInCondition | '';

/**
 * Shows its content to signed-in users who meet the condition: a role, or the condition of `signedIn`. Without a
 * condition, all signed-in users see it. It only improves the display: the server must check the same.
 *
 * @example
 * ```html
 * <a *vestibuleIf="'admin'" href="/admin">Administration</a>
 * <section *vestibuleIf="{ role: ['editor', 'admin'], amr: 'mfa' }; else noAccess">…</section>
 * <ng-template #noAccess>Sign in with a second factor to see this.</ng-template>
 * ```
 */
@Directive({ selector: '[vestibuleIf]' })
export class VestibuleIf {
  /** A role, the condition, or nothing for all signed-in users. */
  readonly vestibuleIf = input<IfCondition>('');
  /** What other users see. */
  readonly vestibuleIfElse = input<TemplateRef<unknown> | null>(null);

  readonly #session = inject(Session);
  readonly #content = inject<TemplateRef<unknown>>(TemplateRef);
  readonly #view = inject(ViewContainerRef);
  readonly #met = signal(false);

  constructor() {
    effect((onCleanup) => {
      let current = true;
      onCleanup(() => (current = false));
      const met = this.#evaluate();
      // A promise may resolve after the user has changed.
      if (typeof met === 'boolean') this.#met.set(met);
      else void met.then((value) => current && this.#met.set(value));
    });
    effect(() => {
      const template = this.#met() ? this.#content : this.vestibuleIfElse();
      untracked(() => {
        this.#view.clear();
        if (template) this.#view.createEmbeddedView(template);
      });
    });
  }

  #evaluate(): boolean | Promise<boolean> {
    const condition = conditionOf(this.vestibuleIf());
    const user = this.#session.user();
    // While the user is loading, the roles are unknown.
    if (user === null || unmetOf(condition, this.#session) !== null) return false;
    return condition.when ? resultOf(condition.when, user) : true;
  }
}

function conditionOf(value: IfCondition): SignedInCondition {
  if (value === '') return {};
  return typeof value === 'string' ? { role: value } : value;
}

/** A failed check hides the content. */
function resultOf(
  when: NonNullable<SignedInCondition['when']>,
  user: User,
): boolean | Promise<boolean> {
  const result = when(user);
  return result instanceof Promise
    ? result.then(
        (value) => value === true,
        () => false,
      )
    : result === true;
}

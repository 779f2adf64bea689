import { Injectable, inject, signal } from '@angular/core';
import { Users, nameOf } from './users';

/** Requests at the same time: a page of events can name many users. */
const PARALLEL = 4;

/** Names of users by id, for lists that have only ids. Each user is requested once. */
@Injectable({ providedIn: 'root' })
export class UserNames {
  private readonly users = inject(Users);
  private readonly names = signal<ReadonlyMap<string, string | null>>(new Map());
  private readonly wanted: string[] = [];
  private running = 0;

  /** Returns the name; `null` until it is known, and if there is no such user any more. */
  of(id: string): string | null {
    return this.names().get(id) ?? null;
  }

  /** Requests the names that are not known. */
  load(ids: readonly string[]): void {
    const asked = new Set([...this.wanted, ...this.names().keys()]);
    this.wanted.push(...new Set(ids.filter((id) => !asked.has(id))));
    while (this.running < PARALLEL && this.wanted.length > 0) void this.next();
  }

  private async next(): Promise<void> {
    const id = this.wanted.shift();
    if (id === undefined) return;
    this.running += 1;
    // Until the answer, and after a failure, the id is shown.
    this.names.update((names) => new Map(names).set(id, null));
    const name = await this.users.get(id).then(nameOf, () => null);
    this.names.update((names) => new Map(names).set(id, name));
    this.running -= 1;
    void this.next();
  }
}

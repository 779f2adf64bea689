import { Injectable, inject } from '@angular/core';
import { AdminApi, Page, Params } from './admin-api';
import { AdminUser } from './users';

/** A field of both users, and of the user that stays. */
export interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly into: unknown;
  readonly result: unknown;
}

/** What a merge, or its undo, changes. */
export interface MergeResult {
  readonly from: AdminUser;
  readonly into: AdminUser;
  readonly changes: readonly FieldChange[];
  readonly undoUntil?: string;
}

export type Party = Pick<AdminUser, 'id' | 'username' | 'email'>;

/** A merge of the last 30 days. */
export interface Merge {
  readonly id: string;
  readonly at: string;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly from: Party;
  readonly into: Party;
  readonly undoUntil: string;
  readonly undoneAt: string | null;
}

export interface MergeOrder {
  /** The id of the user that ends. */
  readonly from: string;
  readonly into: string;
  readonly withRoles: boolean;
  readonly withFactors: boolean;
}

/** A preview is no act, but each request of this kind states a reason. */
const PREVIEW = { dryRun: true, reason: 'preview' };

/** Requests about merges of users. */
@Injectable({ providedIn: 'root' })
export class Merges {
  private readonly api = inject(AdminApi);

  list(params: Params): Promise<Page<Merge>> {
    return this.api.get('/merges', params);
  }

  preview({ from, ...order }: MergeOrder): Promise<MergeResult> {
    return this.api.send('POST', routeOf(from), { ...order, ...PREVIEW });
  }

  /** `revision`: of the user that ends, as the preview showed it. */
  merge(
    { from, ...order }: MergeOrder,
    reason: string,
    revision: string | number,
  ): Promise<MergeResult> {
    return this.api.send('POST', routeOf(from), { ...order, dryRun: false, reason }, revision);
  }

  previewUndo(id: string): Promise<MergeResult> {
    return this.api.send('POST', `/merges/${encodeURIComponent(id)}/undo`, PREVIEW);
  }

  undo(id: string, reason: string): Promise<MergeResult> {
    const body = { dryRun: false, reason };
    return this.api.send('POST', `/merges/${encodeURIComponent(id)}/undo`, body);
  }
}

function routeOf(from: string): string {
  return `/users/${encodeURIComponent(from)}/merge`;
}

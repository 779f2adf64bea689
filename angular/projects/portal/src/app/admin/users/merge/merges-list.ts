import { Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { Each, FocusWhen } from '@vestibule/angular/console';
import { Format } from '@vestibule/angular/pages';
import { Page } from '../../api/admin-api';
import { ListUrl } from '../../api/list-url';
import { Merge, Merges, Party } from '../../api/merges';
import { Permissions } from '../../api/permissions';
import { mergeText } from '../../text/merge';
import { shellText } from '../../text/shell';
import { userText } from '../../text/user';
import { ActDialog } from '../../ui/act-dialog';
import { Latest } from '../../ui/latest';
import { ListState } from '../../ui/list-state';
import { Pager } from '../../ui/pager';
import { MergeChanges } from './merge-changes';
import { MergePreview } from './merge-preview';

/** The merges of the last 30 days. Each can be undone until its time is over. */
@Component({
  selector: 'app-merges-list',
  imports: [ActDialog, Each, FocusWhen, ListState, MergeChanges, Pager],
  templateUrl: './merges-list.html',
  styleUrls: ['../../ui/page.css', '../../ui/table.css'],
})
export class MergesList {
  private readonly api = inject(Merges);
  private readonly format = inject(Format);
  private readonly permissions = inject(Permissions);
  protected readonly url = inject(ListUrl);
  protected readonly shell = shellText.inject();
  protected readonly user = userText.inject();
  protected readonly text = mergeText.inject();

  protected readonly page = new Latest<Page<Merge>>();
  protected readonly preview = new MergePreview(() => this.text().refused);
  protected readonly undoing = signal<{ readonly id: string; readonly label: string } | null>(null);
  protected readonly message = signal('');
  protected readonly mayUndo = computed(() => this.permissions.has('users'));
  protected readonly rows = computed(() =>
    this.page.value()?.items.map((merge) => this.rowOf(merge)),
  );

  constructor() {
    effect(() => {
      this.url.params();
      untracked(() => this.load());
    });
  }

  protected load(): void {
    const { cursor } = this.url.params();
    void this.page.run(() => this.api.list({ cursor }));
  }

  /** Opens the dialog, and loads what the undo changes. */
  protected ask(row: { readonly id: string; readonly label: string }): void {
    this.undoing.set(row);
    void this.preview.load(() => this.api.previewUndo(row.id));
  }

  protected readonly undo = async (reason: string): Promise<void> => {
    const merge = this.undoing();
    if (!merge) return;
    this.message.set('');
    await this.api.undo(merge.id, reason);
    this.load();
    this.message.set(this.text().undone);
  };

  private rowOf({ id, at, actor, reason, from, into, undoUntil, undoneAt }: Merge) {
    const text = this.text();
    return {
      id,
      at: this.format.dateTime(at),
      from: nameOfParty(from),
      into: nameOfParty(into),
      href: this.url.href(`/users/${encodeURIComponent(into.id)}`),
      actor: actor ?? this.shell().none,
      reason: reason ?? this.shell().none,
      label: text.undoNamed(nameOfParty(from)),
      state: undoneAt
        ? text.undoneAt(this.format.dateTime(undoneAt))
        : text.undoUntil(this.format.dateTime(undoUntil)),
      canUndo: !undoneAt && Date.parse(undoUntil) > Date.now(),
    };
  }
}

function nameOfParty({ id, username, email }: Party): string {
  return username ?? email ?? id;
}

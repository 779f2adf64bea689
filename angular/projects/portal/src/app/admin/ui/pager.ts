import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { ListUrl } from '../api/list-url';
import { shellText } from '../text/shell';

interface Place {
  readonly cursor: string;
  /** The cursors of the pages before, the first page as `''`. */
  readonly history: readonly string[];
}

/** Links to the next page of a list, the previous one and the first one. The cursor is in the URL. */
@Component({
  selector: 'app-pager',
  template: `
    @if (place().cursor || next()) {
      <nav [attr.aria-label]="text().pages">
        @if (place().cursor) {
          <a class="secondary" [href]="first()">{{ text().firstPage }}</a>
        }
        @if (place().history.length > 1) {
          <a class="secondary" rel="prev" [href]="previous()">{{ text().previousPage }}</a>
        }
        @if (next()) {
          <a class="secondary" rel="next" [href]="following()">{{ text().nextPage }}</a>
        }
      </nav>
    }
  `,
  styles: `
    nav {
      display: flex;
      flex-wrap: wrap;
      gap: 0.75rem;
      margin-block-start: 1.25rem;
    }
  `,
})
export class Pager {
  private readonly url = inject(ListUrl);
  protected readonly text = shellText.inject();

  /** The cursor of the next page; `null` on the last page. */
  readonly next = input.required<string | null>();

  protected readonly place = linkedSignal<string, Place>({
    source: () => this.url.params()['cursor'] ?? '',
    computation: (cursor, before) => placeAfter(before?.value ?? null, cursor),
  });
  protected readonly first = computed(() => this.url.hrefWith({ cursor: null }));
  protected readonly previous = computed(() =>
    this.url.hrefWith({ cursor: this.place().history.at(-1) ?? null }),
  );
  protected readonly following = computed(() => this.url.hrefWith({ cursor: this.next() }));
}

/** Returns the place after a step to another page, forwards or back. */
export function placeAfter(before: Place | null, cursor: string): Place {
  if (before === null || cursor === '') return { cursor, history: [] };
  const known = before.history.indexOf(cursor);
  if (known >= 0) return { cursor, history: before.history.slice(0, known) };
  return {
    cursor,
    history: cursor === before.cursor ? before.history : [...before.history, before.cursor],
  };
}

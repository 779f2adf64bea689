import { Location } from '@angular/common';
import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import { NavigationEnd, Router } from '@angular/router';

/** The path of the console. */
export const CONSOLE = '/vestibule/admin';

/** Values of the parameters of a URL. `null` and `''` remove a parameter. */
export type UrlParams = Readonly<Record<string, string | null>>;

/**
 * Filters, order and page of a list, in the query of the URL: the back button returns to the list before, and the link can be
 * shared.
 */
@Injectable({ providedIn: 'root' })
export class ListUrl {
  private readonly location = inject(Location);
  private readonly router = inject(Router);
  private readonly url = signal(this.router.url);

  /** The path of the page, without the query. */
  readonly path = computed(() => this.url().replace(/[?#].*$/, ''));
  readonly params = computed<Readonly<Record<string, string>>>(
    () => this.router.parseUrl(this.url()).queryParams,
  );

  constructor() {
    const events = this.router.events.subscribe((event) => {
      if (event instanceof NavigationEnd) this.url.set(event.urlAfterRedirects);
    });
    inject(DestroyRef).onDestroy(() => events.unsubscribe());
  }

  /** Returns the `href` of a page of the console, for example `href('/users', { status: 'disabled' })`. */
  href(page: string, params: UrlParams = {}): string {
    return this.location.prepareExternalUrl(urlOf(CONSOLE + page, params));
  }

  /** Returns the `href` of this page with these parameters changed. */
  hrefWith(changes: UrlParams): string {
    return this.location.prepareExternalUrl(urlOf(this.path(), { ...this.params(), ...changes }));
  }

  /**
   * Changes parameters of this page. The focus stays where it is. `replace`: the back button leads to the page before, for a
   * text that the user is typing.
   */
  async change(changes: UrlParams, replace = false): Promise<void> {
    const url = urlOf(this.path(), { ...this.params(), ...changes });
    await this.router.navigateByUrl(url, { replaceUrl: replace, state: { keepFocus: true } });
  }

  /** Opens a page of the console. */
  async open(page: string, state: Record<string, unknown> = {}): Promise<void> {
    await this.router.navigateByUrl(CONSOLE + page, { state });
  }
}

function urlOf(path: string, params: UrlParams): string {
  const all = Object.entries(params).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const query = new URLSearchParams(all).toString();
  return query ? `${path}?${query}` : path;
}

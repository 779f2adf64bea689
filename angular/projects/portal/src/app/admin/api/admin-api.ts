import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { injectApiUrl } from '@vestibule/angular/console';

/** Parameters of a list. An empty one is not sent. */
export type Params = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Names the next page; `null` after the last one. */
  readonly nextCursor: string | null;
  /** How many items there are; `null` if the service did not count them. */
  readonly total?: number | null;
}

/**
 * Requests to `/api/admin`. If the second factor is too old, the interceptor of the session asks for it and sends the request once
 * more.
 */
@Injectable({ providedIn: 'root' })
export class AdminApi {
  private readonly http = inject(HttpClient);
  private readonly apiUrl = injectApiUrl();

  /** Returns the URL of a route below `/api/admin`, for a download or an event stream. */
  url(route: string, params: Params = {}): string {
    const query = new URLSearchParams(written(params)).toString();
    return this.apiUrl(`/admin${route}`) + (query && `?${query}`);
  }

  get<T>(route: string, params: Params = {}): Promise<T> {
    return firstValueFrom(
      this.http.get<T>(this.apiUrl(`/admin${route}`), { params: written(params) }),
    );
  }

  /** `revision`: the service refuses the act with 412 if the user was changed after this revision. */
  send<T>(
    method: 'POST' | 'PATCH' | 'DELETE',
    route: string,
    body: object,
    revision?: string | number,
  ): Promise<T> {
    const headers: Record<string, string> =
      revision === undefined ? {} : { 'If-Match': `"${revision}"` };
    return firstValueFrom(
      this.http.request<T>(method, this.apiUrl(`/admin${route}`), { body, headers }),
    );
  }
}

/** Returns the parameters that have a value. */
function written(params: Params): Record<string, string> {
  const all = Object.entries(params).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  return Object.fromEntries(all.map(([name, value]) => [name, String(value)]));
}

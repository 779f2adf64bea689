import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { injectApiUrl } from './api-url';

/** Members of the account that its user may change. */
export interface AccountChange {
  readonly displayName?: string | null;
  readonly locale?: string | null;
}

/** The account of the signed-in user. */
@Injectable({ providedIn: 'root' })
export class Account {
  private readonly http = inject(HttpClient);
  private readonly url = injectApiUrl();

  async update(change: AccountChange): Promise<void> {
    await firstValueFrom(this.http.patch(this.url('/account'), change));
  }
}

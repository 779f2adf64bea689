import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { VestibuleApi } from '@vestibule/angular';
import { injectApiUrl } from './api-url';

/** Members of the account that its user may change. */
export type AccountChange = VestibuleApi['PATCH /api/account']['request'];

/** The profile of the signed-in user. A service of its own: the first view loads it with the choice of the language. */
@Injectable({ providedIn: 'root' })
export class AccountProfile {
  private readonly http = inject(HttpClient);
  private readonly url = injectApiUrl();

  async update(change: AccountChange): Promise<void> {
    await firstValueFrom(this.http.patch(this.url('/account'), change));
  }
}

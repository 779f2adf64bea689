import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { injectApiUrl } from './api-url';

/** Actions of the links in messages of the service. */
@Injectable({ providedIn: 'root' })
export class MailLinks {
  private readonly http = inject(HttpClient);
  private readonly url = injectApiUrl();

  /** Confirms the address to which the link was sent. */
  confirmEmail(token: string): Promise<void> {
    return this.post('/auth/email/confirm', { token });
  }

  /** Cancels a change of the address. */
  cancelEmail(token: string): Promise<void> {
    return this.post('/auth/email/cancel', { token });
  }

  /** Secures the account of the link, or without a token the account of the session. */
  notMe(token: string | null): Promise<void> {
    return this.post('/account/not-me', token === null ? {} : { token });
  }

  private async post(route: string, body: object): Promise<void> {
    await firstValueFrom(this.http.post(this.url(route), body));
  }
}

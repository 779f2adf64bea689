import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { injectApiUrl } from './api-url';

/** A file for the user. */
export interface ExportedFile {
  readonly name: string;
  readonly content: string;
}

/** The account of the signed-in user. */
@Injectable({ providedIn: 'root' })
export class Account {
  private readonly http = inject(HttpClient);
  private readonly url = injectApiUrl();

  /** Sends a link to a new address. The address changes when the user opens it. */
  async changeEmail(email: string): Promise<void> {
    await firstValueFrom(this.http.post(this.url('/account/email'), { email }));
  }

  /** Cancels a change that is not confirmed yet. */
  async cancelEmail(): Promise<void> {
    await firstValueFrom(this.http.delete(this.url('/account/email')));
  }

  /** Sends a link to the current address, which proves that the user reads mail there. */
  async verifyEmail(): Promise<void> {
    await firstValueFrom(this.http.post(this.url('/account/email/verify'), {}));
  }

  /** Deletes the account after some days. Until then, the user can keep it. */
  async delete(confirmation: string): Promise<void> {
    await firstValueFrom(this.http.delete(this.url('/account'), { body: { confirmation } }));
  }

  async keep(): Promise<void> {
    await firstValueFrom(this.http.post(this.url('/account/keep'), {}));
  }

  /** The user reports events of another user: all sessions end, and the password must change. */
  async reportNotMe(): Promise<void> {
    await firstValueFrom(this.http.post(this.url('/account/not-me'), {}));
  }

  async export(): Promise<ExportedFile> {
    // Not as a plain link: the server may require a recent proof first, and a refusal would replace the page.
    const request = this.http.get(this.url('/account/export'), { observe: 'response' });
    const { body, headers } = await firstValueFrom(request);
    const name = /filename="([\w.-]+)"/.exec(headers.get('Content-Disposition') ?? '')?.[1];
    return { name: name ?? 'account.json', content: JSON.stringify(body, null, 2) };
  }
}

import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { VestibuleApi } from '@vestibule/angular';
import { injectApiUrl } from './api-url';
import { Passkey } from './passkeys';

/** An authenticator app of the account. */
export interface Totp {
  readonly id: string;
  readonly name: string;
  readonly confirmedAt: string;
  readonly lastUsedAt: string | null;
}

/** Where codes by message go. */
export interface MessageCodeTarget {
  /** The address or number, masked. */
  readonly to: string;
  readonly confirmedAt: string;
  readonly lastUsedAt: string | null;
}

/** `GET /api/account/factors` */
export interface Factors {
  readonly totp: readonly Totp[];
  readonly passkeys: readonly Passkey[];
  readonly emailCodes: MessageCodeTarget | null;
  readonly smsCodes: MessageCodeTarget | null;
  readonly recoveryCodesLeft: number;
  readonly recoveryCodesAt: string | null;
}

/** The second factors of the signed-in user. */
@Injectable({ providedIn: 'root' })
export class FactorsApi {
  private readonly http = inject(HttpClient);
  private readonly url = injectApiUrl();

  list(): Promise<Factors> {
    return firstValueFrom(this.http.get<Factors>(this.url('/account/factors')));
  }

  async rename(id: string, name: string): Promise<void> {
    await firstValueFrom(this.http.patch(this.factorUrl(id), { name }));
  }

  async remove(id: string): Promise<void> {
    await firstValueFrom(this.http.delete(this.factorUrl(id)));
  }

  /** Replaces the recovery codes. The old ones become invalid. */
  async replaceRecoveryCodes(): Promise<readonly string[]> {
    type Answer = VestibuleApi['POST /api/account/recovery-codes']['response'];
    const answer = this.http.post<Answer>(this.url('/account/recovery-codes'), {});
    return (await firstValueFrom(answer)).recoveryCodes;
  }

  private factorUrl(id: string): string {
    return `${this.url('/account/factors')}/${encodeURIComponent(id)}`;
  }
}

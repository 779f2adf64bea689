import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { SessionView, VestibuleApi } from '@vestibule/angular';
import { injectApiUrl } from './api-url';

/** How a code reaches the user. */
export type CodeChannel = 'email' | 'sms';

/** A code that the service has sent. Times are in milliseconds of this machine's clock. */
export interface SentCode {
  /** The address or number, masked. */
  readonly to: string;
  readonly expiresAt: number;
  /** From then on, the service sends another one. */
  readonly resendAt: number;
  /** The SMS gateway has not accepted the message yet. The service tries it again while the code is valid. */
  readonly delayed: boolean;
}

type SendAnswer = VestibuleApi['POST /api/mfa/message/send']['response'];
/** `POST /api/account/message-codes/confirm` */
export interface ConfirmAnswer {
  /** At the first confirmed factor only. */
  readonly recoveryCodes?: readonly string[];
  readonly session: SessionView;
}

/** Codes that the service sends by email or SMS. */
@Injectable({ providedIn: 'root' })
export class MessageCodesApi {
  private readonly http = inject(HttpClient);
  private readonly url = injectApiUrl();

  /** Sends a code for the second factor of a pending session, or for the re-authentication. */
  send(channel: CodeChannel): Promise<SentCode> {
    return this.post('/mfa/message/send', { channel });
  }

  /** Starts the set-up: sends a code to the address of the account, or to the number. */
  start(channel: CodeChannel, number: string | null): Promise<SentCode> {
    return this.post('/account/message-codes', number === null ? { channel } : { channel, number });
  }

  /** Finishes the set-up with the code. */
  confirm(code: string): Promise<ConfirmAnswer> {
    const url = this.url('/account/message-codes/confirm');
    return firstValueFrom(this.http.post<ConfirmAnswer>(url, { code }));
  }

  async remove(channel: CodeChannel): Promise<void> {
    await firstValueFrom(this.http.delete(this.url(`/account/message-codes/${channel}`)));
  }

  private async post(route: string, body: object): Promise<SentCode> {
    const answer = this.http.post<SendAnswer>(this.url(route), body, { observe: 'response' });
    const { body: sent, headers } = await firstValueFrom(answer);
    if (!sent) throw new Error('the response has no body');
    // The clock of this machine can be wrong by hours: a countdown to the time of the server would be wrong, too.
    const ahead = (Date.parse(headers.get('Date') ?? '') || Date.now()) - Date.now();
    return {
      to: sent.to,
      expiresAt: Date.parse(sent.expiresAt) - ahead,
      resendAt: Date.parse(sent.resendAt) - ahead,
      delayed: sent.delayed,
    };
  }
}

import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { SessionView } from '@vestibule/angular';
import { injectApiUrl } from './api-url';

/** `POST /api/mfa/setup`: nothing changes until a code confirms the enrolment. */
export interface Enrolment {
  /** The QR code as a data URL. */
  readonly qr: string;
  readonly otpauthUri: string;
  /** The key in base32, for an app without a camera. */
  readonly secret: string;
  readonly expiresAt: string;
}

/** `POST /api/mfa/verify` */
export interface MfaAnswer {
  readonly mfaEnabled: boolean;
  /** At the first confirmed factor only. */
  readonly recoveryCodes?: readonly string[];
  readonly session: SessionView;
}

@Injectable({ providedIn: 'root' })
export class Mfa {
  private readonly http = inject(HttpClient);
  private readonly url = injectApiUrl();

  /** Starts the enrolment of an app. Without a name the server chooses one. */
  startEnrolment(name: string): Promise<Enrolment> {
    const body = name === '' ? {} : { name };
    return firstValueFrom(this.http.post<Enrolment>(this.url('/mfa/setup'), body));
  }

  /** Completes the second factor of a pending session, or confirms the pending enrolment. */
  verify(code: string, trustDevice = false): Promise<MfaAnswer> {
    const body = trustDevice ? { code, trustDevice } : { code };
    return firstValueFrom(this.http.post<MfaAnswer>(this.url('/mfa/verify'), body));
  }
}

import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { SessionView } from 'vestibule';

/** `POST /api/mfa/setup`: nothing changes until a code has confirmed it. */
export interface Enrolment {
  /** A picture as a data URL. */
  readonly qr: string;
  readonly otpauthUri: string;
  /** Base32, for typing. */
  readonly secret: string;
  readonly expiresAt: string;
}

/** `POST /api/mfa/verify` */
export interface MfaAnswer {
  readonly mfaEnabled: boolean;
  readonly session: SessionView;
}

/** The second factor: passing it, and setting it up. */
@Service()
export class Mfa {
  private readonly http = inject(HttpClient);

  setUp(): Promise<Enrolment> {
    return firstValueFrom(this.http.post<Enrolment>('/api/mfa/setup', {}));
  }

  /** Passes the second factor of a pending session, or confirms the enrolment that was set up. */
  verify(code: string): Promise<MfaAnswer> {
    return firstValueFrom(this.http.post<MfaAnswer>('/api/mfa/verify', { code }));
  }
}

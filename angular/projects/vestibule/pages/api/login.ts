import { HttpClient } from '@angular/common/http';
import { Injectable, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { SessionView } from '@vestibule/angular';
import { injectApiUrl } from './api-url';

/** `POST /api/auth/login`: `session.state` names the next step. */
export interface LoginAnswer {
  readonly needMfa: boolean;
  readonly needEnrolment: boolean;
  readonly needPasswordChange: boolean;
  readonly methods: readonly string[];
  readonly session: SessionView;
}

/** Password login. */
@Injectable({ providedIn: 'root' })
export class Login {
  private readonly http = inject(HttpClient);
  private readonly url = injectApiUrl();

  /** Whether the user asked to stay signed in on this device. The links to the providers carry it, too. */
  readonly remember = signal(false);

  /** Set by the page: what it offers after a sign-in. Resolves to the session to continue with. */
  offer: ((session: SessionView) => Promise<SessionView>) | null = null;

  withPassword(username: string, password: string): Promise<LoginAnswer> {
    const body = { username, password, ...(this.remember() && { remember: true }) };
    return firstValueFrom(this.http.post<LoginAnswer>(this.url('/auth/login'), body));
  }
}

import { HttpClient } from '@angular/common/http';
import { Injectable, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { SessionView } from '@vestibule/angular';
import { injectApiUrl } from './api-url';

/** `POST /api/auth/login`: `session.state` names the next step. */
export interface LoginAnswer {
  readonly needMfa: boolean;
  readonly needEnrolment: boolean;
  readonly methods: readonly string[];
  readonly session: SessionView;
}

/** Password login, and what its later steps show. */
@Injectable({ providedIn: 'root' })
export class Login {
  private readonly http = inject(HttpClient);
  private readonly url = injectApiUrl();
  private readonly name = signal<string | null>(null);

  /** Whether the user asked to stay signed in on this device. The links to the providers carry it, too. */
  readonly remember = signal(false);
  /** The user name of the last accepted password. It is `null` after a reload and after a federated login. */
  readonly userName = this.name.asReadonly();

  async withPassword(username: string, password: string): Promise<LoginAnswer> {
    this.name.set(null);
    const body = { username, password, ...(this.remember() && { remember: true }) };
    const answer = await firstValueFrom(this.http.post<LoginAnswer>(this.url('/auth/login'), body));
    this.name.set(username);
    return answer;
  }
}

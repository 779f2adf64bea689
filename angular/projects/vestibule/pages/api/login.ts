import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { SessionView } from '@vestibule/angular';

/** `POST /api/auth/login`: `session.state` names the next step. */
export interface LoginAnswer {
  readonly needMfa: boolean;
  readonly needEnrolment: boolean;
  readonly methods: readonly string[];
  readonly session: SessionView;
}

@Injectable({ providedIn: 'root' })
export class Login {
  private readonly http = inject(HttpClient);

  withPassword(username: string, password: string): Promise<LoginAnswer> {
    return firstValueFrom(this.http.post<LoginAnswer>('/api/auth/login', { username, password }));
  }
}

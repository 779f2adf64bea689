import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { injectApiUrl } from './api-url';

/** A browser with which the user has signed in. */
export interface Device {
  readonly id: string;
  readonly current: boolean;
  readonly userAgent: string | null;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** Until then, a sign-in on this device needs no second factor. */
  readonly trustedUntil: string | null;
}

/** `GET /api/account/devices` */
export interface KnownDevices {
  readonly devices: readonly Device[];
  readonly trustDays: number | null;
}

/** The browsers with which the signed-in user has signed in. */
@Injectable({ providedIn: 'root' })
export class Devices {
  private readonly http = inject(HttpClient);
  private readonly route = injectApiUrl()('/account/devices');

  list(): Promise<KnownDevices> {
    return firstValueFrom(this.http.get<KnownDevices>(this.route));
  }

  async forget(id: string): Promise<void> {
    await firstValueFrom(this.http.delete(`${this.route}/${encodeURIComponent(id)}`));
  }
}

import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { VestibuleApi } from '@vestibule/angular';
import { injectApiUrl } from './api-url';

export type DeviceList = VestibuleApi['GET /api/account/devices']['response'];

export type Device = DeviceList['devices'][number];

/** The browsers with which the signed-in user has signed in. */
@Injectable({ providedIn: 'root' })
export class Devices {
  private readonly http = inject(HttpClient);
  private readonly route = injectApiUrl()('/account/devices');

  list(): Promise<DeviceList> {
    return firstValueFrom(this.http.get<DeviceList>(this.route));
  }

  async forget(id: string): Promise<void> {
    await firstValueFrom(this.http.delete(`${this.route}/${encodeURIComponent(id)}`));
  }
}

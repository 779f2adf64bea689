import { Location } from '@angular/common';
import { Component, DOCUMENT, afterNextRender, computed, inject, signal } from '@angular/core';
import { DoctorText } from './doctor-text';
import { Each } from './each';
import { Handshake, Outcome } from './handshake';
import { SEVERITIES } from './text/texts';

/** What is wrong between this browser and the service, and what to change. For administrators. */
@Component({
  selector: 'app-doctor',
  imports: [Each],
  templateUrl: './doctor.html',
  styleUrl: './doctor.css',
})
export class Doctor {
  private readonly document = inject(DOCUMENT);
  protected readonly text = inject(DoctorText).current;
  protected readonly proofUrl = inject(Location).prepareExternalUrl(
    '/reauthenticate?returnTo=%2Fvestibule%2Fdoctor',
  );
  /** `null` while the checks run. */
  protected readonly outcome = signal<Outcome | null>(null);
  protected readonly findings = computed(() => {
    const outcome = this.outcome();
    if (outcome === null || typeof outcome === 'string') return null;
    const { severity, findings } = this.text();
    return outcome.map((code) => ({
      code,
      severity: severity[SEVERITIES[code]],
      ...findings[code],
    }));
  });

  constructor() {
    afterNextRender(() => void this.run());
  }

  protected async run(): Promise<void> {
    const { defaultView } = this.document;
    if (!defaultView) return;
    this.outcome.set(null);
    this.outcome.set(await new Handshake(defaultView).run().catch(() => 'failed' as const));
  }
}

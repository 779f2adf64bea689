import { DOCUMENT, Injectable, computed, effect, inject } from '@angular/core';
import { ServiceSettings } from '@vestibule/angular';

/** The name, logo, colour and support link of the organisation, as the operator configured them. */
@Injectable({ providedIn: 'root' })
export class Brand {
  private readonly document = inject(DOCUMENT);
  private readonly settings = inject(ServiceSettings);

  private readonly configured = computed(() => this.settings.current().brand ?? null);

  readonly name = computed(() => this.settings.brandName());
  readonly logo = computed(() => this.configured()?.logo ?? null);
  readonly supportUrl = computed(() => this.configured()?.supportUrl ?? null);
  /** Whether the pages belong to an organisation: they then show no name and no picture of this product. */
  readonly custom = computed(() => this.logo() !== null || this.name() !== 'Vestibule');

  constructor() {
    const { documentElement, head } = this.document;
    effect(() => {
      documentElement.toggleAttribute('data-brand', this.custom());
      const color = this.configured()?.color;
      if (color) void this.showColor(color);
    });
    effect(() => {
      const logo = this.logo();
      if (logo !== null) head.querySelector('link[rel=icon]')?.setAttribute('href', logo);
    });
  }

  /** Most installations have no colour of their own, so the first view of the others alone loads this code. */
  private async showColor(color: string): Promise<void> {
    const colors = await import('./brand-colors').catch(() => null);
    for (const [property, value] of Object.entries(colors?.brandColors(color) ?? {})) {
      this.document.documentElement.style.setProperty(property, value);
    }
  }
}

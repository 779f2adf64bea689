import { Injectable, computed, inject } from '@angular/core';
import { Language } from '@vestibule/angular';
import { arabic } from './text/ar';
import { german } from './text/de';
import { english } from './text/en';
import { spanish } from './text/es';
import { french } from './text/fr';
import { DoctorTexts } from './text/texts';

const TEXTS: Readonly<Record<string, DoctorTexts>> = {
  ar: arabic,
  de: german,
  en: english,
  es: spanish,
  fr: french,
};

/** The texts of the doctor page. They are in its chunk: other pages do not load them. */
@Injectable({ providedIn: 'root' })
export class DoctorText {
  private readonly language = inject(Language).current;
  readonly current = computed(() => TEXTS[this.language().slice(0, 2)] ?? english);
}

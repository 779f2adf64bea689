import { Injectable, computed, inject } from '@angular/core';
import { Language } from '@vestibule/angular';
import { arabic } from './text/ar/doctor';
import { german } from './text/de/doctor';
import { english } from './text/en/doctor';
import { spanish } from './text/es/doctor';
import { french } from './text/fr/doctor';
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

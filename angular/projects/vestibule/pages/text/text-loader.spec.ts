import { Component, inject } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Language } from '@vestibule/angular';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { provideDocumentLanguage } from './document-language';
import { TEXT, TextLoader, provideVestibuleTexts } from './text-loader';
import type { TextOverrides } from './texts';

@Component({
  selector: 'vestibule-example',
  template: `{{ text('common.cancel') }}: {{ text('federated.continueWith', 'Okta') }}`,
})
class Example {
  protected readonly text = inject(TEXT);
}

describe('the texts', () => {
  let fixture: ComponentFixture<Example>;

  beforeEach(() => localStorage.clear());
  afterEach(() => vi.restoreAllMocks());

  async function show(browser: string[], overrides: TextOverrides = {}): Promise<void> {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(browser);
    TestBed.configureTestingModule({
      providers: [
        provideVestibuleTesting(),
        provideVestibuleTexts(overrides),
        provideDocumentLanguage(),
      ],
    });
    fixture = TestBed.createComponent(Example);
    await settle();
  }

  async function settle(): Promise<void> {
    TestBed.tick();
    await TestBed.inject(TextLoader).ready();
    await fixture.whenStable();
  }

  const shown = () => (fixture.nativeElement as HTMLElement).textContent;

  it('of the sign-in page are loaded alone, and the others when a page needs them', async () => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['es']);
    TestBed.configureTestingModule({ providers: [provideVestibuleTesting()] });
    const text = TestBed.inject(TEXT);
    await TestBed.inject(TextLoader).ready('signIn');
    expect(text('federated.continueWith', 'Okta')).toBe('Continuar con Okta');
    expect(text('account.title')).toBe('');
    await vi.waitFor(() => {
      TestBed.tick();
      expect(text('account.title')).toBe('Su cuenta');
    });
  });

  it.each([
    [['de-AT', 'en'], 'Abbrechen: Weiter mit Okta', 'de', 'ltr'],
    [['fr'], 'Annuler: Continuer avec Okta', 'fr', 'ltr'],
    [['pl', 'es-MX'], 'Cancelar: Continuar con Okta', 'es', 'ltr'],
    [['ar'], 'إلغاء: المتابعة عبر Okta', 'ar', 'rtl'],
    [['pl'], 'Cancel: Continue with Okta', 'en', 'ltr'],
    [[], 'Cancel: Continue with Okta', 'en', 'ltr'],
  ])('are in the language of the browser: %j', async (browser, text, lang, dir) => {
    await show(browser);
    expect(shown()).toBe(text);
    expect(document.documentElement.lang).toBe(lang);
    expect(document.documentElement.dir).toBe(dir);
  });

  it('follow a change of the language without a new page', async () => {
    await show(['en']);
    TestBed.inject(Language).choose('de');
    await settle();
    expect(shown()).toContain('Abbrechen');
  });

  it('follow the locale of the user, and keep it after the sign-out', async () => {
    await show(['en']);
    TestBed.inject(TestSession).signIn({ locale: 'de_CH' });
    await settle();
    expect(shown()).toContain('Abbrechen');
    expect(TestBed.inject(Language).locale()).toBe('de-CH');
    TestBed.inject(TestSession).end('signed_out');
    await settle();
    expect(shown()).toContain('Abbrechen');
  });

  it('can be replaced one by one', async () => {
    await show(['de'], { de: { 'common.cancel': 'Zurück' } });
    expect(shown()).toBe('Zurück: Weiter mit Okta');
  });

  it('of an added language are English where they are missing', async () => {
    await show(['it-IT'], { it: { 'common.cancel': 'Annulla' } });
    expect(shown()).toBe('Annulla: Continue with Okta');
    expect(document.documentElement.lang).toBe('it');
  });
});

import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Language } from '@vestibule/angular';
import { TestSession, TestingOptions, provideVestibuleTesting } from '@vestibule/angular/testing';
import { Preferences } from './preferences';
import { Theme } from './theme';

describe('the preferences', () => {
  let fixture: ComponentFixture<Preferences>;
  let host: HTMLElement;

  async function open(options: TestingOptions = {}): Promise<void> {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting(options),
        Theme,
      ],
    });
    fixture = TestBed.createComponent(Preferences);
    host = fixture.nativeElement as HTMLElement;
    await fixture.whenStable();
  }

  async function choose(index: number, value: string): Promise<void> {
    const select = host.querySelectorAll('select')[index]!;
    select.value = value;
    select.dispatchEvent(new Event('change'));
    await fixture.whenStable();
  }

  const names = (index: number) =>
    [...host.querySelectorAll('select')[index]!.options].map((option) => option.text.trim());

  afterEach(() => {
    localStorage.clear();
    document.documentElement.removeAttribute('data-theme');
  });

  it('list each language under its own name', async () => {
    await open();
    expect(names(0)).toEqual(['English', 'Deutsch', 'Français', 'Español', 'العربية']);
  });

  it('store the language of a visitor on this device', async () => {
    await open();
    await choose(0, 'de');
    expect(TestBed.inject(Language).current()).toBe('de');
    expect(localStorage.getItem('vestibule.language')).toBe('de');
    TestBed.inject(HttpTestingController).verify();
  });

  it('store the language of a signed-in user in the account', async () => {
    await open({ user: {} });
    const reload = vi.spyOn(TestBed.inject(TestSession), 'reloadUser');
    await choose(0, 'fr');
    const request = TestBed.inject(HttpTestingController).expectOne('/api/account');
    expect([request.request.method, request.request.body]).toEqual(['PATCH', { locale: 'fr' }]);
    request.flush({});
    await new Promise((resolve) => setTimeout(resolve));
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('report a language that could not be stored', async () => {
    await open({ user: {} });
    await choose(0, 'fr');
    TestBed.inject(HttpTestingController)
      .expectOne('/api/account')
      .flush({ code: 'store_unavailable' }, { status: 503, statusText: 'x' });
    await new Promise((resolve) => setTimeout(resolve));
    await fixture.whenStable();
    expect(host.querySelector('[role=alert]')).not.toBeNull();
  });

  it('store the colour scheme on this device and show it', async () => {
    await open();
    await choose(1, 'dark');
    expect(document.documentElement.dataset['theme']).toBe('dark');
    expect(localStorage.getItem('vestibule.theme')).toBe('dark');
    await choose(1, 'system');
    expect(document.documentElement.dataset['theme']).toBeUndefined();
  });

  it('tolerate a browser that blocks the storage', async () => {
    const blocked = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('blocked', 'SecurityError');
    });
    try {
      await open();
      await choose(1, 'dark');
      expect(document.documentElement.dataset['theme']).toBe('dark');
    } finally {
      blocked.mockRestore();
    }
  });
});

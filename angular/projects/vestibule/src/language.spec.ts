import { TestBed } from '@angular/core/testing';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { Language } from './language';
import { ServiceSettings } from './service-settings';

describe('the language', () => {
  let language: Language;
  let session: TestSession;

  beforeEach(() => localStorage.clear());
  afterEach(() => vi.restoreAllMocks());

  function start(browser: string[], offered?: string[]): void {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(browser);
    TestBed.configureTestingModule({ providers: [provideVestibuleTesting()] });
    if (offered) TestBed.inject(ServiceSettings).apply({ languages: offered });
    language = TestBed.inject(Language);
    session = TestBed.inject(TestSession);
  }

  it('is chosen by user, device, browser and operator, in this order', () => {
    start(['pl', 'fr-CA'], ['es', 'fr', 'de', 'en']);
    expect(language.current()).toBe('fr');
    language.choose('de');
    expect(language.current()).toBe('de');
    session.signIn({ locale: 'en-GB' });
    expect(language.current()).toBe('en');
    session.signIn({ locale: 'pl' });
    expect(language.current()).toBe('de');
  });

  it('is the first one of the operator if the user knows none of them', () => {
    start(['pl'], ['es', 'en']);
    expect(language.current()).toBe('es');
  });

  it('stays on this device', () => {
    start(['en']);
    language.choose('ar');
    TestBed.resetTestingModule();
    start(['en']);
    expect(language.current()).toBe('ar');
  });

  it('is never one that the operator does not offer', () => {
    start(['fr'], ['de', 'en']);
    language.choose('fr');
    expect(language.current()).toBe('de');
    expect(language.offered()).toEqual(['de', 'en']);
  });

  it.each([
    ['de', ['de-AT', 'en'], 'de-AT'],
    ['en', ['en-GB'], 'en-GB'],
    ['en', ['pl'], 'en'],
  ])('%s gives dates the region of the browser %j', (current, browser, locale) => {
    start(browser);
    expect(language.current()).toBe(current);
    expect(language.locale()).toBe(locale);
  });

  it.each(['', 'x', '../en', 'de__CH', 'undefined', '\u202een'])(
    'ignores the invalid locale %j of a claim',
    (locale) => {
      start(['fr']);
      session.signIn({ locale });
      expect(language.current()).toBe('fr');
    },
  );

  it('ignores an unknown language of the operator', () => {
    start(['pl'], ['klingon-language', 'xx']);
    expect(language.current()).toBe('en');
  });

  it('works without storage', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new Error('blocked');
    });
    start(['en']);
    language.choose('es');
    expect(language.current()).toBe('es');
  });
});

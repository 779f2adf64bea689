import { rightAddress } from './right-address';
import { showStartProblem } from './start-problem';

/** A window with a page of its own at this address. */
function windowAt(
  address: string,
  settings: string | null,
  base = '/',
  languages = ['en-GB'],
): Window {
  const page = document.implementation.createHTMLDocument('Vestibule');
  const element = page.createElement('base');
  element.setAttribute('href', base);
  page.head.append(element);
  if (settings !== null) {
    const meta = page.createElement('meta');
    meta.name = 'vestibule-settings';
    meta.content = settings;
    page.head.append(meta);
  }
  const navigator = { languages };
  return { document: page, location: new URL(address), navigator } as unknown as Window;
}

const origins = (...origins: string[]) => JSON.stringify({ origins, brand: {}, remember: null });

describe('the address of the page', () => {
  const PUBLIC = 'http://localhost:3000';

  it.each([
    ['http://127.0.0.1:3000/login', [PUBLIC], `${PUBLIC}/login`],
    [
      'http://127.0.0.1:3000/login?returnTo=%2Fa%3Fb#c',
      [PUBLIC],
      `${PUBLIC}/login?returnTo=%2Fa%3Fb#c`,
    ],
    ['http://localhost:8080/', [PUBLIC], `${PUBLIC}/`],
    ['http://machine.local:3000/account', [PUBLIC], `${PUBLIC}/account`],
    ['http://id.corp.example/login', ['https://id.corp.example'], 'https://id.corp.example/login'],
    ['http://[::1]:3000/login', [PUBLIC, 'http://localhost:4200'], `${PUBLIC}/login`],
    ['http://localhost:3000/login', [PUBLIC], null],
    ['http://localhost:4200/login', [PUBLIC, 'http://localhost:4200'], null],
    ['http://localhost:4200/login', [], null],
  ])('%s is compared with %s', (address, allowed, expected) => {
    expect(rightAddress(windowAt(address, origins(...allowed)))).toBe(expected);
  });

  it.each([null, '', 'VESTIBULE_SETTINGS', 'null', '{}'])(
    'is right if the settings are %j',
    (text) => {
      expect(rightAddress(windowAt('http://localhost:4200/login', text))).toBeNull();
    },
  );

  it.each([
    ['http://corp.example/auth/login', 'https://corp.example/auth/login'],
    ['http://corp.example/auth', 'https://corp.example/auth'],
    ['http://127.0.0.1:3000/login?x#y', 'https://corp.example/auth/login?x#y'],
    ['http://127.0.0.1:3000/', 'https://corp.example/auth/'],
    ['http://127.0.0.1:3000/authors', 'https://corp.example/auth/authors'],
  ])('%s has the path of the public URL', (address, expected) => {
    const window = windowAt(address, origins('https://corp.example'), '/auth/');
    expect(rightAddress(window)).toBe(expected);
  });
});

describe('the page of a start problem', () => {
  it('links to the same page at the public URL', () => {
    const window = windowAt('http://127.0.0.1:3000/login?returnTo=%2Fx', null);
    showStartProblem(window, 'http://localhost:3000/login?returnTo=%2Fx');
    const { document: page } = window;
    expect(page.querySelector('h1')?.textContent).toBe('Wrong address');
    expect(page.title).toBe('Wrong address');
    expect(page.querySelector('p')?.textContent).toBe(
      'This page is open at http://127.0.0.1:3000. You can sign in only at http://localhost:3000.',
    );
    const link = page.querySelector('a');
    expect(link?.textContent).toBe('Open http://localhost:3000 instead');
    expect(link?.getAttribute('href')).toBe('http://localhost:3000/login?returnTo=%2Fx');
  });

  it('names blocked cookies', () => {
    const window = windowAt('https://id.corp.example/login', null);
    showStartProblem(window, null);
    const text = window.document.body.textContent;
    expect(text).toContain('Cookies are blocked');
    expect(text).toContain('Allow cookies for this address, then reload the page.');
    expect(window.document.querySelector('a')).toBeNull();
  });

  it.each([
    [['de-AT', 'en'], 'de', 'ltr', 'Falsche Adresse'],
    [['it', 'fr-CA'], 'fr', 'ltr', 'Mauvaise adresse'],
    [['es'], 'es', 'ltr', 'Dirección incorrecta'],
    [['ar-EG'], 'ar', 'rtl', 'عنوان غير صحيح'],
    [['toString', 'it'], 'en', 'ltr', 'Wrong address'],
    [[], 'en', 'ltr', 'Wrong address'],
  ])('has the language of a browser with %j', (languages, lang, dir, title) => {
    const window = windowAt('http://127.0.0.1:3000/login', null, '/', languages);
    showStartProblem(window, 'http://localhost:3000/login');
    const { documentElement } = window.document;
    expect([documentElement.lang, documentElement.dir, window.document.title]).toEqual([
      lang,
      dir,
      title,
    ]);
  });
});

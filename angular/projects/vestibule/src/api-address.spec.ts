import { TestBed } from '@angular/core/testing';
import { ApiAddress, BACKENDS } from './api-address';
import { DEFAULT_OPTIONS, VESTIBULE_OPTIONS } from './options';

describe('ApiAddress', () => {
  const CONTINUE = '/api/auth/logout/continue?key=k';

  it.each([
    ['/api', CONTINUE, `${location.origin}${CONTINUE}`],
    ['/identity/api/', CONTINUE, `${location.origin}/identity/api/auth/logout/continue?key=k`],
    ['https://id.corp.example/api', CONTINUE, `https://id.corp.example${CONTINUE}`],
    ['https://id.corp.example/api', `${location.origin}${CONTINUE}`, null],
    ['/api', 'https://idp.example/logout', null],
    ['/api', '//idp.example/logout', null],
    ['/api', 'javascript:alert(1)', null],
    ['/api', 'http://', null],
  ])('with the base %s, the page %s is %s', (apiBase, path, expected) => {
    TestBed.configureTestingModule({
      providers: [{ provide: VESTIBULE_OPTIONS, useValue: { ...DEFAULT_OPTIONS, apiBase } }],
    });
    expect(TestBed.inject(ApiAddress).page(path)).toBe(expected);
  });

  function address(backends: readonly string[], apiBase = '/api'): ApiAddress {
    TestBed.configureTestingModule({
      providers: [
        { provide: VESTIBULE_OPTIONS, useValue: { ...DEFAULT_OPTIONS, apiBase } },
        { provide: BACKENDS, useValue: backends },
      ],
    });
    return TestBed.inject(ApiAddress);
  }

  it.each([
    ['/api', location.origin],
    ['/auth/api/', `${location.origin}/auth`],
    ['https://corp.example/auth/api', 'https://corp.example/auth'],
    ['https://id.corp.example', 'https://id.corp.example'],
  ])('with the base %s, the pages are at %s', (apiBase, pages) =>
    expect(address([], apiBase).pages).toBe(pages),
  );

  it.each([
    '/api/auth/me',
    '/orders',
    '/orders/7?x=1#y',
    `${location.origin}/orders/7`,
    'https://api.corp.example',
    'https://api.corp.example/any/path',
    'https://API.corp.example:443/any',
    'https://files.corp.example/v1/a',
  ])('sends the session to %s', (url) => {
    const backends = ['/orders/', 'https://api.corp.example', 'https://files.corp.example/v1'];
    expect(address(backends).carriesSession(url)).toBe(true);
  });

  // An attacker who receives the token can use it in a request of the user's browser.
  it.each([
    ['a longer path segment', '/ordersX'],
    ['a path above', '/orders/../admin'],
    ['an encoded path above', '/orders/%2e%2e/admin'],
    ['a host that starts alike', 'https://api.corp.example.evil/orders'],
    ['a host that ends alike', 'https://evil-api.corp.example/'],
    ['user information', 'https://api.corp.example@evil.example/'],
    ['a backslash', 'https://evil.example\\@api.corp.example/'],
    ['another port', 'https://api.corp.example:8443/'],
    ['another scheme', 'http://api.corp.example/'],
    ['the path at another origin', 'https://evil.example/orders'],
    ['a URL without scheme', '//evil.example/orders'],
    ['a path of another origin', 'https://files.corp.example/v2'],
    ['a data URL', 'data:text/plain,https://api.corp.example/'],
    ['a text that is no URL', 'http://'],
  ])('sends no session to %s', (_name, url) => {
    const backends = ['/orders', 'https://api.corp.example', 'https://files.corp.example/v1'];
    expect(address(backends).carriesSession(url)).toBe(false);
  });

  it.each([
    'orders',
    '',
    '//api.corp.example',
    'ftp://api.corp.example',
    'https://',
    'https://user@api.corp.example',
    '/orders?x=1',
    '/\\evil.example',
    'https://*.corp.example',
  ])('refuses the address %j', (backend) =>
    expect(() => address([backend])).toThrow(`withBackends: "${backend}" is not an address`),
  );

  describe('with a base of another origin', () => {
    beforeEach(() => {
      const base = document.createElement('base');
      base.href = 'https://cdn.example/app/';
      document.head.append(base);
    });

    afterEach(() => document.querySelector('base')?.remove());

    it('sends no session where the browser resolves a path', () => {
      const api = address(['/orders']);
      expect(api.carriesSession('/orders')).toBe(false);
      expect(api.route('/api/auth/me')).toBeNull();
    });

    it('sends its own requests to the origin of the page', () =>
      expect(address([]).url('/auth/session')).toBe(`${location.origin}/api/auth/session`));
  });
});

import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { addressWith, withoutMarks } from './marks';

describe('the marks in an address', () => {
  let router: Router;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideRouter([])] });
    router = TestBed.inject(Router);
  });

  it.each([
    ['/', '/?connected=okta'],
    ['/?tab=a%20b', '/?tab=a%20b&connected=okta'],
    ['/link?returnTo=%2Fx%3Fa%3Db#part', '/link?returnTo=%2Fx%3Fa%3Db&connected=okta#part'],
    ['/?connected=auth0', '/?connected=okta'],
  ])('come to what is there: %s', (url, marked) =>
    expect(addressWith(router, { connected: 'okta' }, url)).toBe(marked),
  );

  it.each([
    ['/?connected=okta', '/'],
    ['/?tab=a&disconnect=1&proven=1&connect=x#part', '/?tab=a#part'],
    ['/reports', '/reports'],
  ])('go without the rest: %s', (url, plain) => expect(withoutMarks(router, url)).toBe(plain));
});

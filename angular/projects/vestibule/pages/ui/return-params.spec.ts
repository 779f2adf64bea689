import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { urlWithParams, urlWithoutReturnParams } from './return-params';

describe('the return parameters', () => {
  let router: Router;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideRouter([])] });
    router = TestBed.inject(Router);
  });

  it.each([
    ['/', '/?linked=okta'],
    ['/?tab=a%20b', '/?tab=a%20b&linked=okta'],
    ['/link?returnTo=%2Fx%3Fa%3Db#part', '/link?returnTo=%2Fx%3Fa%3Db&linked=okta#part'],
    ['/?linked=auth0', '/?linked=okta'],
  ])('are added to %s', (url, expected) =>
    expect(urlWithParams(router, { linked: 'okta' }, url)).toBe(expected),
  );

  it.each([
    ['/?linked=okta', '/'],
    ['/?tab=a&linked=okta#part', '/?tab=a#part'],
    ['/reports', '/reports'],
  ])('are removed from %s', (url, plain) =>
    expect(urlWithoutReturnParams(router, url)).toBe(plain),
  );
});

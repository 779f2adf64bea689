import { TestBed } from '@angular/core/testing';
import { ApiAddress } from './api-address';
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
});

import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { carryStatus, statusOf } from './status';

describe('the message for the next page', () => {
  const status = { message: 'Okta is now linked to your account.', good: true };
  let router: Router;

  beforeEach(() => {
    sessionStorage.clear();
    TestBed.configureTestingModule({ providers: [provideRouter([])] });
    router = TestBed.inject(Router);
  });

  it('survives a full navigation to its page, and is shown once', () => {
    carryStatus(new URL(location.href), status);
    expect(statusOf(router)).toEqual(status);
    expect(statusOf(router)).toBeNull();
  });

  it('is not shown on another page', () => {
    carryStatus(new URL('/other', location.href), status);
    expect(statusOf(router)).toBeNull();
    expect(sessionStorage.length).toBe(0);
  });

  it('is not kept for another origin', () => {
    carryStatus(new URL('https://other.example/'), status);
    expect(sessionStorage.length).toBe(0);
  });

  it.each(['x', 'null', '{"message":1}'])('ignores the stored text %s', (text) => {
    sessionStorage.setItem('vestibule.status', text);
    expect(statusOf(router)).toBeNull();
  });
});

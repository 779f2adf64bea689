import { TestBed } from '@angular/core/testing';
import { ReturnTo, provideVestibule, withOptions } from '@vestibule/angular';
import { routes } from './app.routes';
import { portalOptions } from './portal-options';

describe('the options of the portal', () => {
  it.each([
    ['https://corp.example/', '/api', false],
    ['https://corp.example/auth/', '/auth/api', true],
  ])('at %s', (baseUri, apiBase, ownsRoot) => {
    const options = portalOptions(baseUri);
    expect(options.apiBase).toBe(apiBase);
    expect(options.ownPaths?.includes('/')).toBe(ownsRoot);
  });

  it('name the page of every route', () => {
    const paths = routes.map(({ path }) => path).filter((path) => path !== '' && path !== '**');
    for (const path of paths) expect(portalOptions('https://x/').ownPaths).toContain(`/${path}`);
  });

  it.each([
    ['/account', '/account'],
    ['/link?provider=okta', '/link?provider=okta'],
    ['/', null],
    ['/reports', null],
    ['/accountant', null],
    ['https://app.corp.example/account', null],
  ])('lead to %s', (target, expected) => {
    TestBed.configureTestingModule({
      providers: [provideVestibule(withOptions(portalOptions(`${location.origin}/`)))],
    });
    expect(TestBed.inject(ReturnTo).routerUrl(target)).toBe(expected);
  });
});

import { Component } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { TestSession, provideVestibuleTesting } from 'vestibule/testing';
import { App } from './app';

@Component({
  selector: 'app-first',
  template: '<h1 tabindex="-1">First</h1><a href="/second?x=1">go</a><a href="/api/file">file</a>',
})
class First {}

@Component({ selector: 'app-second', template: '<h1 tabindex="-1">Second</h1>' })
class Second {}

@Component({
  selector: 'app-third',
  template: '<h1 tabindex="-1">Third</h1><input data-initial-focus aria-label="code" />',
})
class Third {}

describe('the frame', () => {
  let fixture: ComponentFixture<App>;
  let page: HTMLElement;
  let session: TestSession;
  let router: Router;

  beforeEach(async () => {
    TestBed.configureTestingModule({
      providers: [
        provideRouter([
          { path: '', pathMatch: 'full', component: First },
          { path: 'second', title: 'Second page', component: Second },
          { path: 'third', component: Third },
        ]),
        provideVestibuleTesting({ user: {} }),
      ],
    });
    session = TestBed.inject(TestSession);
    router = TestBed.inject(Router);
    fixture = TestBed.createComponent(App);
    page = fixture.nativeElement as HTMLElement;
    document.body.append(page);
    router.initialNavigation();
    await settle();
  });

  afterEach(() => page.remove());

  async function settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    await fixture.whenStable();
  }

  async function press(selector: string, init: MouseEventInit = {}): Promise<MouseEvent> {
    const event = new MouseEvent('click', { bubbles: true, cancelable: true, ...init });
    // What is left to the browser would load another document, which there is none of here.
    const stop = (click: Event) => click.preventDefault();
    window.addEventListener('click', stop, { once: true });
    page.querySelector(selector)!.dispatchEvent(event);
    await settle();
    return event;
  }

  it('starts a page at its heading, and sets its title', async () => {
    await router.navigateByUrl('/second');
    await settle();
    expect(document.activeElement?.textContent).toBe('Second');
    expect(document.title).toBe('Second page');
  });

  it('starts a page at the field it is all about', async () => {
    await router.navigateByUrl('/third');
    await settle();
    expect(document.activeElement?.tagName).toBe('INPUT');
  });

  it('passes on what the page before has to say, until the next page', async () => {
    await router.navigateByUrl('/second', { state: { said: 'Okta is now linked.' } });
    await settle();
    expect(page.querySelector('[role=status]')?.textContent).toContain('Okta is now linked.');
    await router.navigateByUrl('/third');
    await settle();
    expect(page.textContent).not.toContain('linked');
  });

  it('lets the router follow a plain link', async () => {
    await press('a[href^="/second"]');
    expect(router.url).toBe('/second?x=1');
  });

  it('leaves links of the server, and clicks for a new tab, to the browser', async () => {
    await press('a[href^="/api"]');
    await press('a[href^="/second"]', { ctrlKey: true });
    expect(router.url).toBe('/');
  });

  it('brings the keyboard past the header', async () => {
    await press('.skip');
    expect(document.activeElement?.tagName).toBe('MAIN');
    expect(router.url).toBe('/');
  });

  it('hides the page while it is not known whose it is', async () => {
    expect(page.querySelector('main')?.hidden).toBe(false);
    session.needsConfirmation.set(true);
    await settle();
    expect(page.querySelector('main')?.hidden).toBe(true);
    expect(page.textContent).toContain('Checking that you are still signed in');
    expect(page.textContent).not.toContain('Ada');
  });

  it('tells that the server cannot be reached', async () => {
    session.unreachable.set(true);
    await settle();
    expect(page.querySelector('.connection')?.textContent).toContain('cannot be reached');
  });

  it('signs out', async () => {
    await press('header button');
    expect(session.endReason()).toBe('signed_out');
    expect(page.querySelector('header button')).toBeNull();
  });

  it('does not pretend to have signed out', async () => {
    vi.spyOn(session, 'signOut').mockRejectedValue(new Error('offline'));
    await press('header button');
    expect(page.querySelector('[role=alert]')).not.toBeNull();
    expect(session.signedIn()).toBe(true);
  });
});

import { Component } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
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

describe('the layout', () => {
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
    // jsdom cannot load the document that a browser would navigate to.
    const stop = (click: Event) => click.preventDefault();
    window.addEventListener('click', stop, { once: true });
    page.querySelector(selector)!.dispatchEvent(event);
    await settle();
    return event;
  }

  it('focuses the heading of a new page and sets the title', async () => {
    await router.navigateByUrl('/second');
    await settle();
    expect(document.activeElement?.textContent).toBe('Second');
    expect(document.title).toBe('Second page');
  });

  it('focuses the element that a page marks for the initial focus', async () => {
    await router.navigateByUrl('/third');
    await settle();
    expect(document.activeElement?.tagName).toBe('INPUT');
  });

  it('shows the message of the previous page until the next navigation', async () => {
    await router.navigateByUrl('/second', { state: { statusMessage: 'Okta is now linked.' } });
    await settle();
    expect(page.querySelector('[role=status]')?.textContent).toContain('Okta is now linked.');
    await router.navigateByUrl('/third');
    await settle();
    expect(page.textContent).not.toContain('linked');
  });

  it('navigates with the router for a plain link', async () => {
    await press('a[href^="/second"]');
    expect(router.url).toBe('/second?x=1');
  });

  it('leaves links to the server and clicks for a new tab to the browser', async () => {
    await press('a[href^="/api"]');
    await press('a[href^="/second"]', { ctrlKey: true });
    expect(router.url).toBe('/');
  });

  it('moves the focus past the header', async () => {
    await press('.skip');
    expect(document.activeElement?.tagName).toBe('MAIN');
    expect(router.url).toBe('/');
  });

  it('hides the page while the session needs confirmation', async () => {
    expect(page.querySelector('main')?.hidden).toBe(false);
    session.needsConfirmation.set(true);
    await settle();
    expect(page.querySelector('main')?.hidden).toBe(true);
    expect(page.textContent).toContain('Checking that you are still signed in');
    expect(page.textContent).not.toContain('Ada');
  });

  it('reports that the server cannot be reached', async () => {
    session.unreachable.set(true);
    await settle();
    expect(page.querySelector('.status')?.textContent).toContain('cannot be reached');
  });

  it('signs the user out', async () => {
    await press('header button');
    expect(session.endReason()).toBe('signed_out');
    expect(page.querySelector('header button')).toBeNull();
  });

  it('reports a failed sign-out and stays signed in', async () => {
    vi.spyOn(session, 'signOut').mockRejectedValue(new Error('offline'));
    await press('header button');
    expect(page.querySelector('[role=alert]')).not.toBeNull();
    expect(session.signedIn()).toBe(true);
  });
});

import { WritableSignal, inject, signal } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { IDLE_WARNING_CONTEXT, IdleWarning } from './idle-warning';

describe('IdleWarning', () => {
  let fixture: ComponentFixture<IdleWarning>;
  let session: TestSession;
  let dialog: HTMLDialogElement;
  let keepAlivePaused: WritableSignal<boolean>;

  beforeEach(async () => {
    // jsdom does not implement modal dialogs.
    HTMLDialogElement.prototype.showModal = function () {
      this.open = true;
    };
    HTMLDialogElement.prototype.close = function () {
      this.open = false;
    };
    keepAlivePaused = signal(false);
    TestBed.configureTestingModule({
      providers: [
        provideVestibuleTesting({ user: {} }),
        {
          provide: IDLE_WARNING_CONTEXT,
          useFactory: () => ({ session: inject(TestSession), keepAlivePaused, options: {} }),
        },
      ],
    });
    session = TestBed.inject(TestSession);
    fixture = TestBed.createComponent(IdleWarning);
    dialog = (fixture.nativeElement as HTMLElement).querySelector('dialog')!;
    await fixture.whenStable();
  });

  async function setSecondsLeft(seconds: number): Promise<void> {
    session.secondsLeft.set(seconds);
    await fixture.whenStable();
  }

  const announcement = () => dialog.querySelector('[role=status]')!.textContent;
  const button = (name: string) =>
    [...dialog.querySelectorAll('button')].find((each) => each.textContent === name)!;

  it.each([
    ['de-AT', 'Sind Sie noch da?', 'Noch 60 Sekunden'],
    ['fr', 'Êtes-vous toujours là ?', 'Temps restant : 60 secondes'],
    ['es', '¿Sigue ahí?', 'Tiempo restante: 60 segundos'],
    ['ar', 'هل ما زلت هنا؟', 'الوقت المتبقي:'],
    ['pl', 'Are you still there?', '60 seconds left'],
    ['', 'Are you still there?', '60 seconds left'],
  ])('speaks the language of the document: %s', async (lang, title, left) => {
    document.documentElement.lang = lang;
    await setSecondsLeft(60);
    expect(dialog.querySelector('h2')?.textContent).toBe(title);
    expect(announcement().replaceAll(/[\u00a0\u202f]/g, ' ')).toContain(left);
    document.documentElement.lang = 'en';
  });

  it('opens 60 seconds before the idle deadline', async () => {
    await setSecondsLeft(61);
    expect(dialog.open).toBe(false);
    expect(keepAlivePaused()).toBe(false);
    await setSecondsLeft(60);
    expect(dialog.open).toBe(true);
    expect(keepAlivePaused()).toBe(true);
  });

  it('opens in the last third of a short idle time', async () => {
    session.idleTime.set(12_000);
    await setSecondsLeft(5);
    expect(dialog.open).toBe(false);
    await setSecondsLeft(4);
    expect(dialog.open).toBe(true);
  });

  it('closes when another tab has extended the session', async () => {
    await setSecondsLeft(30);
    await setSecondsLeft(600);
    expect(dialog.open).toBe(false);
  });

  it('changes the title of the tab, and restores it', async () => {
    document.title = 'Orders';
    await setSecondsLeft(30);
    expect(document.title).toBe('Are you still there?');
    await setSecondsLeft(600);
    expect(document.title).toBe('Orders');
  });

  it('leaves the title of the next page after the session has ended', async () => {
    document.title = 'Orders';
    await setSecondsLeft(30);
    document.title = 'Sign in';
    session.end('idle');
    await fixture.whenStable();
    expect(document.title).toBe('Sign in');
  });

  it('shows every second but announces only 60, 30 and 10', async () => {
    const announcements = new Set<string>();
    for (let seconds = 60; seconds > 0; seconds--) {
      await setSecondsLeft(seconds);
      expect(dialog.querySelector('.time-left')!.textContent).toContain(String(seconds));
      announcements.add(announcement());
    }
    expect([...announcements]).toEqual(['60 seconds left', '30 seconds left', '10 seconds left']);
  });

  it('extends the session with the first button and with Escape', async () => {
    const extend = vi.spyOn(session, 'extend');
    await setSecondsLeft(30);
    button('Stay signed in').click();
    await fixture.whenStable();
    const escape = new Event('cancel', { cancelable: true });
    dialog.dispatchEvent(escape);
    await fixture.whenStable();
    expect(extend).toHaveBeenCalledTimes(2);
    expect(escape.defaultPrevented).toBe(true);
  });

  it('signs out with the second button', async () => {
    const signOut = vi.spyOn(session, 'signOut');
    await setSecondsLeft(30);
    button('Sign out').click();
    await fixture.whenStable();
    expect(signOut).toHaveBeenCalledTimes(1);
    expect(dialog.open).toBe(false);
  });

  it('shows an error when the server could not be reached', async () => {
    vi.spyOn(session, 'extend').mockRejectedValue(new Error('offline'));
    await setSecondsLeft(30);
    button('Stay signed in').click();
    await fixture.whenStable();
    expect(dialog.querySelector('[role=alert]')?.textContent).toContain('could not be reached');
    expect(dialog.open).toBe(true);
  });

  it('shows a notice instead of the dialog before the absolute deadline', async () => {
    session.endsAt.set(session.expiresAt());
    session.secondsToEnd.set(50);
    await setSecondsLeft(50);
    expect(dialog.open).toBe(false);
    const notice = (fixture.nativeElement as HTMLElement).querySelector('aside')!;
    expect(notice.hidden).toBe(false);
    expect(notice.textContent).toContain('You must sign in again at');
    expect(notice.textContent).not.toContain('Stay');
    notice.querySelector('button')!.click();
    await fixture.whenStable();
    expect(notice.hidden).toBe(true);
  });
});

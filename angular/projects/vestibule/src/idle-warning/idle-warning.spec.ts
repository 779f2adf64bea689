import { ComponentFixture, TestBed } from '@angular/core/testing';
import { TestSession, provideVestibuleTesting } from 'vestibule/testing';
import { IdleWarning } from './idle-warning';

describe('the idle warning', () => {
  let fixture: ComponentFixture<IdleWarning>;
  let session: TestSession;
  let dialog: HTMLDialogElement;

  beforeEach(async () => {
    // jsdom has no modal dialogs.
    HTMLDialogElement.prototype.showModal = function () {
      this.open = true;
    };
    HTMLDialogElement.prototype.close = function () {
      this.open = false;
    };
    TestBed.configureTestingModule({ providers: [provideVestibuleTesting({ user: {} })] });
    session = TestBed.inject(TestSession);
    fixture = TestBed.createComponent(IdleWarning);
    dialog = (fixture.nativeElement as HTMLElement).querySelector('dialog')!;
    await fixture.whenStable();
  });

  async function left(seconds: number): Promise<void> {
    session.secondsLeft.set(seconds);
    await fixture.whenStable();
  }

  const spoken = () => dialog.querySelector('[role=status]')!.textContent;
  const button = (name: string) =>
    [...dialog.querySelectorAll('button')].find((each) => each.textContent === name)!;

  it('comes 60 seconds before the idle end, and not before', async () => {
    await left(61);
    expect(dialog.open).toBe(false);
    await left(60);
    expect(dialog.open).toBe(true);
  });

  it('comes in the last third of a short idle time', async () => {
    session.idleTime.set(12_000);
    await left(5);
    expect(dialog.open).toBe(false);
    await left(4);
    expect(dialog.open).toBe(true);
  });

  it('goes when another tab has extended the session', async () => {
    await left(30);
    await left(600);
    expect(dialog.open).toBe(false);
  });

  it('shows every second but speaks only at 60, 30 and 10', async () => {
    const said = new Set<string>();
    for (let seconds = 60; seconds > 0; seconds--) {
      await left(seconds);
      expect(dialog.querySelector('.left')!.textContent).toContain(String(seconds));
      said.add(spoken());
    }
    expect([...said]).toEqual(['60 seconds left', '30 seconds left', '10 seconds left']);
  });

  it('stays signed in at the button, and at Escape', async () => {
    const extend = vi.spyOn(session, 'extend');
    await left(30);
    button('Stay signed in').click();
    await fixture.whenStable();
    const escape = new Event('cancel', { cancelable: true });
    dialog.dispatchEvent(escape);
    await fixture.whenStable();
    expect(extend).toHaveBeenCalledTimes(2);
    expect(escape.defaultPrevented).toBe(true);
  });

  it('signs out at the other button', async () => {
    const signOut = vi.spyOn(session, 'signOut');
    await left(30);
    button('Sign out').click();
    await fixture.whenStable();
    expect(signOut).toHaveBeenCalledTimes(1);
    expect(dialog.open).toBe(false);
  });

  it('says when the server could not be reached', async () => {
    vi.spyOn(session, 'extend').mockRejectedValue(new Error('offline'));
    await left(30);
    button('Stay signed in').click();
    await fixture.whenStable();
    expect(dialog.querySelector('[role=alert]')?.textContent).toContain('could not be reached');
    expect(dialog.open).toBe(true);
  });

  it('offers no false way to stay before the absolute end, but tells of it', async () => {
    session.endsAt.set(session.expiresAt());
    session.secondsToEnd.set(50);
    await left(50);
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

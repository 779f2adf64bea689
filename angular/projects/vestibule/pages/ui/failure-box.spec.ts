import { ComponentFixture, TestBed } from '@angular/core/testing';
import { FailureBox } from './failure-box';

describe('the failure box', () => {
  let fixture: ComponentFixture<FailureBox>;
  let host: HTMLElement;

  beforeEach(() => {
    vi.useFakeTimers();
    fixture = TestBed.createComponent(FailureBox);
    host = fixture.nativeElement as HTMLElement;
    document.body.append(host);
    show(null);
  });

  afterEach(() => {
    host.remove();
    vi.useRealTimers();
  });

  function show(retryAfter: number | null, failed = retryAfter !== null): void {
    const failure = failed ? { code: 'busy', text: () => 'The server is busy.', retryAfter } : null;
    fixture.componentRef.setInput('failure', failure);
    TestBed.tick();
  }

  const shown = () => host.querySelector('[role=alert] [aria-hidden=true]')?.textContent.trim();
  const announced = () => host.querySelector('[role=alert] .visually-hidden')?.textContent.trim();
  const status = () => host.querySelector('[role=status]')?.textContent.trim();

  it('is an alert with the focus', () => {
    show(null, true);
    expect(host.querySelector('[role=alert]')?.textContent).toContain('The server is busy.');
    expect(document.activeElement).toBe(host.querySelector('[role=alert]'));
  });

  it('counts down on the screen and announces only the start and the end', () => {
    show(42);
    expect(shown()).toBe('Try again in 42 sec.');
    const first = announced();
    for (let second = 1; second < 42; second++) {
      vi.advanceTimersByTime(1_000);
      TestBed.tick();
      expect(shown()).toBe(`Try again in ${42 - second} sec.`);
      expect(announced()).toBe(first);
      expect(status()).toBe('');
    }
    vi.advanceTimersByTime(1_000);
    TestBed.tick();
    expect(shown()).toBe('You can try again now.');
    expect(status()).toBe('You can try again now.');
  });

  it('restarts the countdown with a new failure', () => {
    show(42);
    vi.advanceTimersByTime(30_000);
    show(20);
    expect(shown()).toBe('Try again in 20 sec.');
  });
});

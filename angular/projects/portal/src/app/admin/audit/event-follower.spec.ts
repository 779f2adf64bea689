import { Injector } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { provideVestibuleTesting } from '@vestibule/angular/testing';
import { AdminApi } from '../api/admin-api';
import { auditText } from '../text/audit';
import { EventFollower } from './event-follower';

/** A stream that the test opens and closes. */
class FakeSource extends EventTarget {
  static all: FakeSource[] = [];
  onopen = () => undefined;
  isOpen = true;

  constructor(readonly url: string) {
    super();
    FakeSource.all.push(this);
  }

  close(): void {
    this.isOpen = false;
  }

  send(id: string): void {
    const event = { id, type: 'signOut', outcome: 'success', at: '2026-11-01T10:00:00Z' };
    const data = JSON.stringify({ ...event, userId: null, actor: null, details: null });
    this.dispatchEvent(new MessageEvent('audit', { data }));
  }
}

describe('the new events', () => {
  let fixture: ComponentFixture<EventFollower>;
  let answers: { resolve: () => void; reject: () => void }[];
  const open = () => FakeSource.all.filter(({ isOpen }) => isOpen).map(({ url }) => url);
  const rows = () => (fixture.nativeElement as HTMLElement).querySelectorAll('tbody tr').length;
  const settle = async () => {
    await new Promise((resolve) => setTimeout(resolve));
    await fixture.whenStable();
  };

  beforeEach(async () => {
    FakeSource.all = [];
    answers = [];
    vi.stubGlobal('EventSource', FakeSource);
    const get = () =>
      new Promise<void>((resolve, reject) =>
        answers.push({ resolve, reject: () => reject(new Error('offline')) }),
      );
    const url = (_: string, { type = '' }: { type?: string }) => `/stream?type=${type}`;
    TestBed.configureTestingModule({
      providers: [
        provideRouter([]),
        provideVestibuleTesting({ user: {} }),
        { provide: AdminApi, useValue: { get, url } },
      ],
    });
    await auditText.load(TestBed.inject(Injector));
    fixture = TestBed.createComponent(EventFollower);
    fixture.componentRef.setInput('filters', { type: 'signOut' });
    await settle();
  });

  afterEach(() => vi.unstubAllGlobals());

  it('have no stream after the page was left during the request', async () => {
    fixture.destroy();
    answers[0]?.resolve();
    await settle();
    expect(FakeSource.all).toEqual([]);
  });

  it('stay connected when an earlier request fails late', async () => {
    fixture.componentRef.setInput('filters', { type: 'userDeleted' });
    await settle();
    answers[1]?.resolve();
    await settle();
    FakeSource.all[0]?.onopen();
    answers[0]?.reject();
    await settle();
    expect(open()).toEqual(['/stream?type=userDeleted']);
    expect((fixture.nativeElement as HTMLElement).textContent).toContain('Connected.');
  });

  it('are only those that the filters select', async () => {
    answers[0]?.resolve();
    await settle();
    FakeSource.all[0]?.send('1');
    await settle();
    expect(rows()).toBe(1);
    fixture.componentRef.setInput('filters', { type: 'userDeleted' });
    await settle();
    expect(rows()).toBe(0);
  });
});

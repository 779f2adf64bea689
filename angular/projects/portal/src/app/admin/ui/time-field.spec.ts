import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ListUrl } from '../api/list-url';
import { toLocal } from './local-time';
import { TimeField } from './time-field';

describe('a filter by time', () => {
  const params = signal<Readonly<Record<string, string>>>({});
  const change = vi.fn((changes: Record<string, string>) =>
    params.set({ from: changes['from'] ?? '' }),
  );

  function open() {
    params.set({ from: '2026-11-01T10:00:00.000Z' });
    change.mockClear();
    TestBed.configureTestingModule({
      providers: [{ provide: ListUrl, useValue: { params, change } }],
    });
    const fixture = TestBed.createComponent(TimeField);
    fixture.componentRef.setInput('label', 'From');
    fixture.componentRef.setInput('param', 'from');
    fixture.detectChanges();
    const field = (fixture.nativeElement as HTMLElement).querySelector('input')!;
    const enter = (value: string) => {
      field.value = value;
      field.dispatchEvent(new Event('change'));
      fixture.detectChanges();
    };
    const send = (event: Event) => {
      field.dispatchEvent(event);
      fixture.detectChanges();
    };
    return { field, enter, send };
  }

  it('is applied at once from the calendar', () => {
    const { enter } = open();
    enter('2025-12-02T10:00');
    expect(toLocal(params()['from'])).toBe('2025-12-02T10:00');
  });

  it.each([new KeyboardEvent('keydown', { key: 'Enter' }), new Event('blur')])(
    'is applied after the last key: %o',
    (end) => {
      const { field, enter, send } = open();
      for (const value of ['', '0002-12-02T10:00', '2025-12-02T10:00']) {
        send(new KeyboardEvent('keydown', { key: '2' }));
        enter(value);
        expect(change).not.toHaveBeenCalled();
        expect(field.value).toBe(value);
      }
      send(end);
      expect(change).toHaveBeenCalledTimes(1);
      expect(toLocal(params()['from'])).toBe('2025-12-02T10:00');
    },
  );

  it('is removed when it is incomplete at the end, and unchanged without a change', () => {
    const { enter, send } = open();
    send(new Event('blur'));
    expect(change).not.toHaveBeenCalled();
    send(new KeyboardEvent('keydown', { key: 'Delete' }));
    enter('');
    send(new Event('blur'));
    expect(params()['from']).toBe('');
  });
});

import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { ListUrl } from '../api/list-url';
import { SearchField } from './search-field';

describe('a filter by text', () => {
  it('keeps what the user types while the URL changes', () => {
    vi.useFakeTimers();
    const params = signal<Readonly<Record<string, string>>>({});
    const change = vi.fn((changes: Record<string, string>) =>
      params.set({ q: changes['q'] ?? '' }),
    );
    TestBed.configureTestingModule({
      providers: [{ provide: ListUrl, useValue: { params, change } }],
    });
    const fixture = TestBed.createComponent(SearchField);
    fixture.componentRef.setInput('label', 'Search');
    fixture.detectChanges();
    const field = (fixture.nativeElement as HTMLElement).querySelector('input')!;
    const type = (text: string) => {
      field.value = text;
      field.dispatchEvent(new InputEvent('input'));
    };

    type('ada ');
    vi.advanceTimersByTime(300);
    fixture.detectChanges();
    expect([params()['q'], field.value]).toEqual(['ada', 'ada ']);

    // The next key comes before the page has the new URL.
    change.mockImplementationOnce(() => undefined);
    type('ada l');
    vi.advanceTimersByTime(300);
    type('ada lo');
    params.set({ q: 'ada l' });
    fixture.detectChanges();
    expect(field.value).toBe('ada lo');
    vi.advanceTimersByTime(300);
    expect(params()['q']).toBe('ada lo');

    params.set({});
    fixture.detectChanges();
    expect(field.value).toBe('');
    vi.useRealTimers();
  });
});

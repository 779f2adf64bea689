import { Component, signal } from '@angular/core';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { FocusWhen } from './focus-when';

@Component({
  selector: 'vestibule-page',
  imports: [FocusWhen],
  template: `
    <button type="button">Other</button>
    <h1 tabindex="-1" [appFocusWhen]="value()">Heading</h1>
  `,
})
class Page {
  readonly value = signal(0);
}

describe('the focus directive', () => {
  let fixture: ComponentFixture<Page>;
  let page: HTMLElement;

  beforeEach(async () => {
    fixture = TestBed.createComponent(Page);
    page = fixture.nativeElement as HTMLElement;
    document.body.append(page);
    await fixture.whenStable();
    page.querySelector('button')!.focus();
  });

  afterEach(() => page.remove());

  async function set(value: number): Promise<void> {
    fixture.componentInstance.value.set(value);
    await fixture.whenStable();
  }

  it('leaves the focus while the value is falsy', () => {
    expect(document.activeElement?.tagName).toBe('BUTTON');
  });

  it('focuses its element at each new truthy value', async () => {
    for (const value of [1, 2]) {
      page.querySelector('button')!.focus();
      await set(value);
      expect(document.activeElement?.tagName).toBe('H1');
    }
  });
});

import { Component } from '@angular/core';
import { TestSection } from '../../spec/section';
import { ConfirmButton } from './confirm-button';

@Component({
  selector: 'vestibule-page',
  imports: [ConfirmButton],
  template: `
    <vestibule-confirm-button
      label="Remove"
      name="Remove the phone"
      question="Remove it?"
      [blocked]="blocked"
      [action]="action"
    />
  `,
})
class Page {
  blocked = false;
  readonly action = vi.fn(() => Promise.resolve());
}

describe('the confirm button', () => {
  let page: TestSection<Page>;

  beforeEach(async () => {
    page = new TestSection(Page);
    await page.settle();
  });

  afterEach(() => page.remove());

  const action = () => page.fixture.componentInstance.action;
  const group = () => page.host.querySelector('[role=group]');

  it('asks first, with the focus on the question', async () => {
    await page.press('Remove the phone');
    expect(action()).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(group());
    expect(page.text('[role=group]')).toMatch(/^Remove it\?/);
    await page.press('Remove');
    expect(action()).toHaveBeenCalledTimes(1);
    expect(group()).toBeNull();
  });

  it.each(['Cancel', 'Escape'])('does nothing on %s and returns the focus', async (how) => {
    await page.press('Remove the phone');
    if (how === 'Cancel') await page.press('Cancel');
    else group()!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await page.settle();
    expect(group()).toBeNull();
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Remove the phone');
    expect(action()).not.toHaveBeenCalled();
  });

  it('offers no action if it is blocked', async () => {
    page.fixture.componentInstance.blocked = true;
    page.fixture.changeDetectorRef.markForCheck();
    await page.press('Remove the phone');
    expect(page.texts('button')).toEqual(['Close']);
  });

  it('reports a failure and stays open', async () => {
    action().mockRejectedValueOnce(new Error('x'));
    await page.press('Remove the phone');
    await page.press('Remove');
    expect(page.alert()).not.toBe('');
    expect(group()).not.toBeNull();
  });
});

import { ComponentFixture, TestBed } from '@angular/core/testing';
import { provideVestibuleTesting } from '@vestibule/angular/testing';
import { button, textOf } from '../../spec/dialogs';
import { RecoveryCodes } from './recovery-codes';

const CODES = ['aaaaa-bbbbb-cccc', 'ddddd-eeeee-ffff'];

describe('the recovery codes', () => {
  let fixture: ComponentFixture<RecoveryCodes>;
  let host: HTMLElement;
  let saved: number;

  beforeEach(async () => {
    TestBed.configureTestingModule({ providers: [provideVestibuleTesting({ user: {} })] });
    fixture = TestBed.createComponent(RecoveryCodes);
    fixture.componentRef.setInput('codes', CODES);
    saved = 0;
    fixture.componentInstance.saved.subscribe(() => (saved += 1));
    host = fixture.nativeElement as HTMLElement;
    document.body.append(host);
    await fixture.whenStable();
  });

  afterEach(() => {
    host.remove();
    vi.restoreAllMocks();
  });

  async function press(name: string): Promise<void> {
    button(name).click();
    await new Promise((resolve) => setTimeout(resolve));
    await fixture.whenStable();
  }

  it('are a list with a name', () => {
    const list = host.querySelector('ul')!;
    expect(list.getAttribute('aria-label')).toBe('Recovery codes');
    expect([...list.querySelectorAll('code')].map(textOf)).toEqual(CODES);
  });

  it('are copied one per line', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
    await press('Copy codes');
    expect(writeText).toHaveBeenCalledExactlyOnceWith(CODES.join('\n'));
    expect(textOf(host.querySelector('vestibule-copy-button [role=status]'))).toBe('Copied');
  });

  it('are downloaded as a text that names the account', async () => {
    const blobs: Blob[] = [];
    const revokeObjectURL = vi.fn();
    Object.assign(URL, {
      createObjectURL: (blob: Blob) => `blob:${blobs.push(blob)}`,
      revokeObjectURL,
    });
    let file = '';
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      file = `${this.download} ${this.href}`;
    });
    await press('Download');
    expect(file).toBe('recovery-codes-localhost.txt blob:1');
    const [blob] = blobs;
    const text = await blob!.text();
    expect(text).toMatch(/^Recovery codes of ada at Vestibule, .*20\d\d\n\n/);
    expect(text.endsWith(`\n\n${CODES.join('\n')}\n`)).toBe(true);
    expect(revokeObjectURL).toHaveBeenCalledExactlyOnceWith('blob:1');
  });

  it('are printed', async () => {
    const print = vi.spyOn(window, 'print').mockImplementation(() => undefined);
    await press('Print');
    expect(print).toHaveBeenCalledTimes(1);
  });

  it('stay until the user has confirmed that they are saved', async () => {
    const checkbox = host.querySelector('input')!;
    await press('Continue');
    expect(saved).toBe(0);
    expect(textOf(host.querySelector('[role=alert]'))).toBe('Save the codes, then tick this box.');
    expect(document.activeElement).toBe(checkbox);
    checkbox.click();
    await fixture.whenStable();
    expect(textOf(host.querySelector('[role=alert]'))).toBe('');
    await press('Continue');
    expect(saved).toBe(1);
  });
});

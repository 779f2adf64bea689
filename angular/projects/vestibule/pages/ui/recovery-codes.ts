import {
  Component,
  DOCUMENT,
  ElementRef,
  ViewEncapsulation,
  computed,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { Language, ServiceSettings, Session, SessionAccount } from '@vestibule/angular';
import { TEXT } from '../text/text-loader';
import { CopyButton } from './copy-button';
import { Each } from './each';

/**
 * Shows new recovery codes, which the server sends only once. The user can copy, download and print them, and continues
 * after the confirmation that the codes are saved.
 */
@Component({
  selector: 'vestibule-recovery-codes',
  imports: [CopyButton, Each],
  templateUrl: './recovery-codes.html',
  styleUrl: './recovery-codes.css',
  // For printing, the styles hide the elements around the component.
  encapsulation: ViewEncapsulation.None,
})
export class RecoveryCodes {
  private readonly document = inject(DOCUMENT);
  private readonly language = inject(Language);
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  readonly codes = input.required<readonly string[]>();
  /** The owner of the codes, if the page does not know the new session yet. */
  readonly account = input<SessionAccount | null>(null);
  /** The user has saved the codes and continues. */
  readonly saved = output();

  private readonly checkbox = viewChild.required<ElementRef<HTMLInputElement>>('checkbox');

  protected readonly isSaved = signal(false);
  protected readonly unconfirmed = signal(false);
  /** Users keep codes of several accounts in one place, so the sheet names the account. */
  protected readonly title = computed(() => {
    const account = this.account() ?? this.session.account();
    const name = account?.username ?? account?.displayName ?? '';
    const format = new Intl.DateTimeFormat(this.language.locale(), { dateStyle: 'medium' });
    const created = format.format(new Date());
    return this.text('recovery.sheet', name, this.settings.brandName(), created);
  });
  protected readonly lines = computed(() => this.codes().join('\n'));

  protected download(): void {
    const { document } = this;
    // A text editor shows the marks that isolate the name.
    const title = this.title().replace(/[\u2068\u2069]/g, '');
    const content = `${title}\n\n${this.lines()}\n`;
    const url = URL.createObjectURL(new Blob([content], { type: 'text/plain;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `recovery-codes-${document.location.hostname}.txt`;
    link.click();
    URL.revokeObjectURL(url);
  }

  protected print(): void {
    this.document.defaultView?.print();
  }

  protected check(event: Event): void {
    this.isSaved.set((event.target as HTMLInputElement).checked);
    this.unconfirmed.set(false);
  }

  protected proceed(): void {
    if (this.isSaved()) {
      this.saved.emit();
      return;
    }
    this.unconfirmed.set(true);
    this.checkbox().nativeElement.focus();
  }
}

import {
  Component,
  ElementRef,
  afterNextRender,
  computed,
  inject,
  input,
  output,
  signal,
} from '@angular/core';
import { Failure } from '@vestibule/angular/console';
import { Attempt, FailureBox } from '@vestibule/angular/pages';
import { Permission, Permissions } from '../api/permissions';
import { shellText } from '../text/shell';
import { impossibleText } from './impossible';

let count = 0;

/**
 * Asks before an act: says the consequences, requires a reason, and for a deletion also the name of the user. More fields of the
 * act are the content of the element.
 */
@Component({
  selector: 'app-act-dialog',
  imports: [FailureBox],
  templateUrl: './act-dialog.html',
  styleUrl: './act-dialog.css',
})
export class ActDialog {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly permissions = inject(Permissions);
  protected readonly text = shellText.inject();

  readonly heading = input.required<string>();
  readonly consequences = input.required<string>();
  readonly confirmLabel = input.required<string>();
  readonly danger = input(false);
  /** A text that the administrator must type, for an act that cannot be undone. */
  readonly phrase = input<string | null>(null);
  readonly permission = input.required<Permission>();
  /** Checks the further fields before the request. */
  readonly check = input<() => boolean>(() => true);
  /** `form`: the values of the further fields. */
  readonly act = input.required<(reason: string, form: FormData) => Promise<void>>();
  /** The dialog closed; `true` after the act. */
  readonly closed = output<boolean>();
  /** The object was changed since it was loaded: the page must load it again. */
  readonly outdated = output();

  protected readonly id = `admin-act-${++count}`;
  protected readonly attempt = new Attempt();
  private readonly impossible = signal<string | null>(null);
  protected readonly reasonError = signal(false);
  protected readonly phraseError = signal(false);
  protected readonly isStale = computed(() => this.attempt.failure()?.code === 'revision_stale');
  protected readonly failure = computed<Failure | null>(() => {
    const failure = this.attempt.failure();
    const text = failure && this.explanation(failure.code);
    return text ? { ...failure, text: () => text } : failure;
  });

  constructor() {
    afterNextRender(() => {
      this.dialog()?.showModal();
      this.find('[data-first], input')?.focus();
    });
  }

  protected async confirm(event: Event): Promise<void> {
    event.preventDefault();
    const reason = this.valueOf('reason');
    const phrase = this.phrase();
    this.reasonError.set(reason === '');
    this.phraseError.set(phrase !== null && this.valueOf('phrase') !== phrase);
    const isRight = this.check()();
    if (!isRight || this.reasonError() || this.phraseError()) {
      setTimeout(() => this.find('[aria-invalid=true]')?.focus());
      return;
    }
    this.impossible.set(null);
    await this.attempt.run(async () => {
      try {
        await this.act()(reason, new FormData(event.target as HTMLFormElement));
      } catch (error) {
        this.impossible.set(impossibleText(this.text(), error));
        throw error;
      }
      this.close(true);
    });
  }

  /** Closes the dialog. The browser then returns the focus to the element that had it. */
  protected close(done: boolean): void {
    this.dialog()?.close();
    this.closed.emit(done);
  }

  protected cancel(event: Event): void {
    event.preventDefault();
    if (!this.attempt.busy()) this.close(false);
  }

  protected reload(): void {
    this.close(false);
    this.outdated.emit();
  }

  private explanation(code: string | null): string | null {
    const { stale, lastAdministrator, missingPermission, permissions } = this.text();
    switch (code) {
      case 'revision_stale':
        return stale;
      case 'last_administrator':
        return lastAdministrator;
      case 'forbidden':
        // With the permission, the service refuses for another reason, for example an act on the own account.
        return this.permissions.has(this.permission())
          ? null
          : missingPermission(permissions[this.permission()]);
      default:
        return this.impossible();
    }
  }

  private valueOf(name: string): string {
    const field = this.find(`[name=${name}]`) as HTMLInputElement | null;
    return field?.value.trim() ?? '';
  }

  private dialog(): HTMLDialogElement | null {
    return this.host.nativeElement.querySelector('dialog');
  }

  private find(selector: string): HTMLElement | null {
    return this.host.nativeElement.querySelector(selector);
  }
}

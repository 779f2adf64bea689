import {
  Component,
  ElementRef,
  afterNextRender,
  effect,
  inject,
  input,
  output,
} from '@angular/core';
import { Session } from '@vestibule/angular';
import { TEXT } from '../../text/text-loader';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { ReauthenticationMethods } from './reauthentication-methods';

/** Asks for a recent proof over the page. Escape cancels. */
@Component({
  selector: 'vestibule-reauthentication-dialog',
  hostDirectives: [VestibuleRoot],
  imports: [ReauthenticationMethods],
  template: `
    <dialog
      class="vestibule-dialog"
      aria-labelledby="reauthentication-title"
      aria-describedby="reauthentication-reason"
      (close)="close(false)"
    >
      <h2 id="reauthentication-title" tabindex="-1">{{ text('reauthenticate.title') }}</h2>
      <vestibule-reauthentication-methods
        [methods]="methods()"
        (reauthenticated)="close(true)"
        (cancelled)="close(false)"
      />
    </dialog>
  `,
  styleUrl: '../dialog.css',
})
export class ReauthenticationDialog {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly session = inject(Session);

  readonly methods = input.required<readonly string[]>();
  /** The dialog closed; `true` if the user re-authenticated. */
  readonly closed = output<boolean>();

  protected readonly text = inject(TEXT);

  constructor() {
    afterNextRender(() => {
      this.dialog()?.showModal();
      // `showModal` focuses the first focusable element, which is the heading.
      this.dialog()?.querySelector<HTMLElement>('input:not([hidden])')?.focus();
    });
    effect(() => {
      if (!this.session.hasSession()) this.close(false);
    });
  }

  /** Closes the dialog. The browser then returns the focus to the element that had it. */
  protected close(reauthenticated: boolean): void {
    this.dialog()?.close();
    this.closed.emit(reauthenticated);
  }

  private dialog(): HTMLDialogElement | null {
    return this.host.nativeElement.querySelector('dialog');
  }
}

import { Component, computed, inject, input, output } from '@angular/core';
import { problemOf } from '@vestibule/angular';
import { Failure, failureOf } from '../../api/failure';
import { Enrolment, Mfa, MfaAnswer } from '../../api/mfa';
import { TEXT } from '../../text/text-loader';
import { CodeForm } from '../../ui/code-form';
import { CopyButton } from '../../ui/copy-button';
import { FocusWhen } from '../../ui/focus-when';

/** Shows the key of a pending enrolment as QR code, link and text, and confirms the enrolment with a code. */
@Component({
  selector: 'vestibule-confirm-enrolment',
  imports: [CodeForm, CopyButton, FocusWhen],
  templateUrl: './confirm-enrolment.html',
  styleUrl: './confirm-enrolment.css',
})
export class ConfirmEnrolment {
  private readonly mfa = inject(Mfa);

  protected readonly text = inject(TEXT);

  readonly enrolment = input.required<Enrolment>();
  /** The app is confirmed. */
  readonly confirmed = output<MfaAnswer>();
  /** The server no longer has the enrolment. */
  readonly expired = output<Failure>();
  readonly cancelled = output();

  // Only these schemes: another data URL or a `javascript:` URL in a response must not reach the page.
  protected readonly qr = computed(() =>
    withPrefix('data:image/svg+xml;base64,', this.enrolment().qr),
  );
  protected readonly appLink = computed(() =>
    withPrefix('otpauth://totp/', this.enrolment().otpauthUri),
  );
  /** The key in groups of four. */
  protected readonly key = computed(
    () =>
      this.enrolment()
        .secret.match(/.{1,4}/g)
        ?.join(' ') ?? '',
  );

  protected readonly verify = async (code: string): Promise<void> => {
    try {
      this.confirmed.emit(await this.mfa.verify(code));
    } catch (error) {
      if (problemOf(error)?.code !== 'no_pending_enrolment') throw error;
      this.expired.emit(failureOf(error));
    }
  };
}

function withPrefix(prefix: string, url: string): string | null {
  return url.startsWith(prefix) ? url : null;
}

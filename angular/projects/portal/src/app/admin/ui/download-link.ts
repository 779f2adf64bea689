import { Component, DOCUMENT, inject, input } from '@angular/core';
import { Attempt, FailureBox } from '@vestibule/angular/pages';
import { AdminApi } from '../api/admin-api';
import { shellText } from '../text/shell';

/**
 * Downloads a file of the service. A small request comes first: if the second factor is too old, the dialog asks for it. The
 * browser would otherwise save the answer of the refusal as the file.
 */
@Component({
  selector: 'app-download-link',
  imports: [FailureBox],
  template: `
    <a
      class="secondary"
      download
      [href]="href()"
      [attr.aria-label]="name() || null"
      (click)="download($event)"
    >
      {{ attempt.busy() ? shell().oneMoment : label() }}
    </a>
    <vestibule-failure-box [failure]="attempt.failure()" />
  `,
})
export class DownloadLink {
  private readonly api = inject(AdminApi);
  private readonly document = inject(DOCUMENT);
  protected readonly shell = shellText.inject();

  readonly href = input.required<string>();
  readonly label = input.required<string>();
  /** The accessible name, where several links have the same label. */
  readonly name = input('');
  protected readonly attempt = new Attempt();

  protected async download(event: MouseEvent): Promise<void> {
    event.preventDefault();
    await this.attempt.run(async () => {
      await this.api.get('/events', { limit: 1 });
      this.document.location.assign(this.href());
    });
  }
}

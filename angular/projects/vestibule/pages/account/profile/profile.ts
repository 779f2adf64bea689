import { Component, computed, inject, input } from '@angular/core';
import { Session, User } from '@vestibule/angular';
import { authenticationText } from '../../text/authentication';
import { Format } from '../../text/format';
import { TEXT } from '../../text/text-loader';
import { providerLabel, sourceLabel } from '../provider-label';
import { EditName } from './edit-name';
import { EmailAddress } from './email-address';
import { Preferences } from './preferences';

/**
 * Name, address, this session and the preferences. The picture is a link: loading it here would report each view of this
 * page to the server of the picture, and the content security policy of the service does not allow it.
 */
@Component({
  selector: 'vestibule-profile',
  imports: [EditName, EmailAddress, Preferences],
  templateUrl: './profile.html',
  styleUrls: ['../cards.css', './profile.css'],
})
export class Profile {
  private readonly format = inject(Format);
  private readonly session = inject(Session);
  protected readonly text = inject(TEXT);

  readonly user = input.required<User>();

  protected readonly signedInWith = computed(() => {
    const provider = this.session.provider();
    const label = provider && providerLabel(this.user(), provider);
    return authenticationText(this.text, this.session.method(), this.session.amr(), label);
  });
  protected readonly idleEnd = computed(() => this.timeOf(this.session.expiresAt()));
  protected readonly absoluteEnd = computed(() => this.timeOf(this.session.endsAt()));
  /** The labels of the providers that wrote the fields. */
  protected readonly from = computed(() => {
    const user = this.user();
    const { displayName, picture, locale } = user.fieldSources;
    return {
      name: sourceLabel(user, displayName),
      picture: sourceLabel(user, picture),
      language: sourceLabel(user, locale),
    };
  });

  private timeOf(time: Date | null): string {
    return time ? this.format.time(time) : '';
  }
}

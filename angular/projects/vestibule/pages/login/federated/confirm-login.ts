import { Location } from '@angular/common';
import { Component, computed, effect, inject, signal } from '@angular/core';
import { ActivatedRoute } from '@angular/router';
import { ReturnTo, ServiceSettings, Session, VESTIBULE_OPTIONS } from '@vestibule/angular';
import { Providers } from '../../api/providers';
import { PageTitle } from '../../text/page-title';
import { TEXT } from '../../text/text-loader';
import type { Message } from '../../text/texts';
import { SignInIllustration } from '../../ui/sign-in-illustration';
import { loginQuery } from './provider-list';
import { VestibuleRoot } from '../../ui/vestibule-root';

/**
 * The page `/login?provider=NAME`: a link on another page started a federated login. The server waits for a click here,
 * so that no page can open or replace a session without the user.
 */
@Component({
  selector: 'vestibule-confirm-login',
  hostDirectives: [VestibuleRoot],
  imports: [SignInIllustration],
  templateUrl: './confirm-login.html',
})
export class ConfirmLogin {
  private readonly location = inject(Location);
  private readonly options = inject(VESTIBULE_OPTIONS);
  protected readonly providersApi = inject(Providers);
  protected readonly session = inject(Session);
  protected readonly text = inject(TEXT);

  private readonly query = inject(ActivatedRoute).snapshot.queryParamMap;
  private readonly returnTargets = inject(ReturnTo);
  private readonly returnTo = this.returnTargets.read(this.query.get('returnTo'));
  /**
   * Whether the user stays signed in on this device. The link only suggests it: another site must not decide it for a
   * shared computer.
   */
  protected readonly remember = signal(this.query.get('remember') === 'true');
  private readonly settings = inject(ServiceSettings);
  protected readonly canRemember = computed(() => !!this.settings.current().remember);

  /** The provider of the URL, if it is set up: no other text of the URL is shown. */
  protected readonly provider = computed(() => {
    const found = this.providersApi.list()?.find(({ name }) => name === this.query.get('provider'));
    return found && { ...found, href: found.loginUrl + loginQuery(this.returnTo, this.remember()) };
  });
  protected readonly heading = computed<Message>(() => {
    const label = this.provider()?.label;
    return (text) =>
      label === undefined ? text('federated.confirmTitle') : text('federated.confirm', label);
  });
  protected readonly name = computed(() => {
    const user = this.session.user();
    return user?.displayName ?? user?.username ?? user?.email ?? this.text('federated.anotherUser');
  });
  protected readonly otherUrl = computed(() =>
    this.session.signedIn()
      ? this.returnTargets.href(this.returnTo)
      : this.location.prepareExternalUrl(this.options.loginPath + loginQuery(this.returnTo, false)),
  );

  constructor() {
    const title = inject(PageTitle);
    effect(() => title.show(this.heading()));
    void this.providersApi.load();
    this.providersApi.pollUnavailable();
  }
}

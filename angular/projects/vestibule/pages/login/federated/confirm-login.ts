import { Component, computed, inject } from '@angular/core';
import { ActivatedRoute } from '@angular/router';
import { Session, returnPath } from '@vestibule/angular';
import { Providers } from '../../api/providers';
import { SignInIllustration } from '../../ui/sign-in-illustration';

/**
 * The page `/login?provider=NAME`: a link on another page started a federated login. The server waits for a click here,
 * so that no page can open or replace a session without the user.
 */
@Component({
  selector: 'vestibule-confirm-login',
  imports: [SignInIllustration],
  templateUrl: './confirm-login.html',
})
export class ConfirmLogin {
  protected readonly providersApi = inject(Providers);
  protected readonly session = inject(Session);

  private readonly query = inject(ActivatedRoute).snapshot.queryParamMap;
  private readonly returnTo = returnPath(this.query.get('returnTo'));
  private readonly returnQuery =
    this.returnTo === null ? '' : `?returnTo=${encodeURIComponent(this.returnTo)}`;

  /** The provider of the URL, if it is set up: no other text of the URL is shown. */
  protected readonly provider = computed(() => {
    const found = this.providersApi.list()?.find(({ name }) => name === this.query.get('provider'));
    return found && { ...found, href: found.loginUrl + this.returnQuery };
  });
  protected readonly name = computed(() => {
    const user = this.session.user();
    return user?.displayName ?? user?.username ?? user?.email ?? 'another user';
  });
  protected readonly otherUrl = computed(() =>
    this.session.signedIn() ? (this.returnTo ?? '/') : `/login${this.returnQuery}`,
  );

  constructor() {
    void this.providersApi.load();
    this.providersApi.pollUnavailable();
  }
}

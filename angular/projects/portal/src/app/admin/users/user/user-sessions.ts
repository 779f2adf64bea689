import { Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { AccountSession, Each, authenticationText, deviceText } from '@vestibule/angular/console';
import { Format, TEXT } from '@vestibule/angular/pages';
import { Permissions } from '../../api/permissions';
import { UserDetail, Users } from '../../api/users';
import { userText } from '../../text/user';
import { ActDialog } from '../../ui/act-dialog';
import { Latest } from '../../ui/latest';
import { ListState } from '../../ui/list-state';
import { OpenUser } from './open-user';

/** The sessions of a user. Each can be ended. */
@Component({
  selector: 'app-user-sessions',
  imports: [ActDialog, Each, ListState],
  template: `
    <section class="card" aria-labelledby="user-sessions">
      <h2 id="user-sessions">{{ text().sessions }}</h2>
      <app-list-state [of]="sessions" (retry)="load()" />
      @if (rows().length === 0 && sessions.value()) {
        <p>{{ text().noSession }}</p>
      }
      <ul class="items" role="list">
        <li *appEach="let row of rows()">
          <div>
            <strong>{{ row.device }}</strong>
            <span class="detail" *appEach="let detail of row.details">{{ detail }}</span>
          </div>
          @if (mayEnd()) {
            <button
              type="button"
              class="secondary"
              [attr.aria-label]="text().endSessionNamed(row.device)"
              (click)="ending.set(row)"
            >
              {{ text().endSession.label }}
            </button>
          }
        </li>
      </ul>
      @if (ending(); as row) {
        <app-act-dialog
          permission="security"
          [heading]="text().endSessionNamed(row.device)"
          [consequences]="text().endSession.consequences"
          [confirmLabel]="text().endSession.label"
          [act]="end"
          (closed)="ending.set(null)"
          (outdated)="open().reload()"
        />
      }
    </section>
  `,
  styleUrl: '../../ui/cards.css',
})
export class UserSessions {
  private readonly api = inject(Users);
  private readonly format = inject(Format);
  private readonly permissions = inject(Permissions);
  private readonly translate = inject(TEXT);
  protected readonly text = userText.inject();

  readonly open = input.required<OpenUser>();
  readonly user = input.required<UserDetail>();

  protected readonly sessions = new Latest<readonly AccountSession[]>();
  protected readonly ending = signal<{ readonly id: string; readonly device: string } | null>(null);
  protected readonly mayEnd = computed(() =>
    this.permissions.actsOn('security', this.user().roles),
  );
  protected readonly rows = computed(() =>
    (this.sessions.value() ?? []).map((session) => ({
      id: session.id,
      device: deviceText(this.translate, session.userAgent),
      details: this.detailsOf(session),
    })),
  );

  constructor() {
    effect(() => {
      this.user();
      untracked(() => this.load());
    });
  }

  protected load(): void {
    const { id } = this.user();
    void this.sessions.run(() => this.api.sessions(id));
  }

  protected readonly end = async (reason: string): Promise<void> => {
    const session = this.ending();
    if (!session) return;
    await this.api.endSession(this.user().id, session.id, reason);
    void this.open().finish(this.text().endSession.done);
  };

  private detailsOf({ method, amr, provider, ip, lastSeenAt, createdAt }: AccountSession) {
    const text = this.translate;
    const label = this.user().identities.find((each) => each.provider === provider)?.label;
    return [
      text('sessions.signedInWith', authenticationText(text, method, amr, label ?? provider)),
      ...(ip ? [text('sessions.network', ip)] : []),
      text('sessions.lastSeen', this.format.dateTime(lastSeenAt)),
      text('sessions.started', this.format.dateTime(createdAt)),
    ];
  }
}

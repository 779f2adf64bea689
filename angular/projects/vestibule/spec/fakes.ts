import { TabMessage, TabChannel } from '../src/tab-channel';
import { SessionView, User } from '../src/api-types';

/** Other tabs that a test can see and play. */
export class FakeTabChannel extends TabChannel {
  readonly sent: TabMessage[] = [];
  private readonly listeners: ((message: TabMessage) => void)[] = [];

  constructor() {
    super('test');
  }

  override listen(listener: (message: TabMessage) => void): void {
    this.listeners.push(listener);
  }

  override send(message: TabMessage): void {
    this.sent.push(message);
  }

  override runExclusively(task: () => Promise<void>): Promise<void> {
    return task();
  }

  receive(message: TabMessage): void {
    for (const listener of this.listeners) listener(message);
  }
}

/** A session view as the server writes it; `server` is its clock in milliseconds. */
export function sessionView(
  state: SessionView['state'],
  { server = Date.now(), idle = 600, max = 43_200 } = {},
): SessionView {
  const iso = (time: number) => new Date(time).toISOString();
  const somebody = state !== 'anonymous';
  return {
    state,
    serverTime: iso(server),
    expiresAt: somebody ? iso(server + Math.min(idle, max) * 1_000) : null,
    endsAt: somebody ? iso(server + max * 1_000) : null,
    method: somebody ? 'password' : null,
    amr: somebody ? ['pwd'] : null,
    provider: null,
  };
}

export function testUser(over: Partial<User> = {}): User {
  return {
    id: '1',
    username: 'ada',
    email: 'ada@corp.example',
    emailVerified: true,
    displayName: 'Ada Lovelace',
    picture: null,
    locale: null,
    roles: ['admin'],
    mfaEnabled: false,
    mustChangePassword: false,
    authProvider: 'local',
    identities: [],
    lastLoginAt: null,
    session: sessionView('signedIn'),
    ...over,
  };
}

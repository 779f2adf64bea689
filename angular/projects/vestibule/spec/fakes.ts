import { SessionView, User } from '../src/api-types';
import { TabChannel, TabMessage } from '../src/tab-channel';

/** Channel that records the messages of this tab and delivers messages of other tabs. */
export class FakeTabChannel extends TabChannel {
  readonly sent: TabMessage[] = [];
  readonly #listeners: ((message: TabMessage) => void)[] = [];

  constructor() {
    super(null);
  }

  override listen(listener: (message: TabMessage) => void): () => void {
    this.#listeners.push(listener);
    return () => this.#listeners.splice(this.#listeners.indexOf(listener), 1);
  }

  override send(message: TabMessage): void {
    this.sent.push(message);
  }

  override share<T>(_topic: string, request: () => Promise<T>): Promise<T> {
    return request();
  }

  override runExclusively(task: () => Promise<void>): Promise<void> {
    return task();
  }

  receive(message: TabMessage): void {
    for (const listener of [...this.#listeners]) listener(message);
  }
}

/** Session view as the server sends it. `server` is the server's clock in milliseconds; the rest is in seconds. */
export function sessionView(
  state: SessionView['state'],
  { server = Date.now(), idle = 600, max = 43_200, proofAge = 0, amr = ['pwd'] } = {},
): SessionView {
  const iso = (time: number) => new Date(time).toISOString();
  const exists = state !== 'anonymous';
  return {
    state,
    serverTime: iso(server),
    expiresAt: exists ? iso(server + Math.min(idle, max) * 1_000) : null,
    endsAt: exists ? iso(server + max * 1_000) : null,
    method: exists ? 'password' : null,
    amr: exists ? amr : null,
    provider: null,
    authenticatedAt: exists ? iso(server - proofAge * 1_000) : null,
    account: exists ? { username: 'ada', displayName: 'Ada Lovelace' } : null,
    methods: exists ? [] : null,
  };
}

export function testUser(changes: Partial<User> = {}): User {
  return {
    id: '1',
    username: 'ada',
    email: 'ada@corp.example',
    emailVerified: true,
    pendingEmail: null,
    displayName: 'Ada Lovelace',
    picture: null,
    locale: null,
    fieldSources: { displayName: 'local', email: 'local', picture: null, locale: null },
    roles: ['admin'],
    mfaEnabled: false,
    mustChangePassword: false,
    authProvider: 'local',
    identities: [],
    lastLoginAt: null,
    deletionAt: null,
    canDelete: true,
    session: sessionView('signedIn'),
    ...changes,
  };
}

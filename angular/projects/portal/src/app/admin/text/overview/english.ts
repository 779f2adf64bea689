import { pluralIn } from '@vestibule/angular/console';
import type { OverviewTexts } from '../overview';

const plural = pluralIn('en');

const english: OverviewTexts = {
  title: 'Overview',
  intro: (from) => `Figures since ${from}. Days are in UTC.`,
  period: 'Period',
  days: (count) => plural(count, { one: '# day', other: '# days' }),
  lookFirst: 'What to look at first',
  lookIntro: 'From the audit events of the last 24 hours, the most urgent first.',
  nothing: 'Nothing to look at: the audit events of the last 24 hours have no finding.',
  openEvents: 'Show the events',
  openUser: 'Show the user',
  openOf: (link, finding) => `${link}: ${finding}`,
  command: 'Command',
  incomplete: 'These figures are not complete:',
  figures: 'Users and sessions',
  users: {
    total: 'Users',
    active: 'Active',
    disabled: 'Disabled',
    quarantined: 'Quarantined',
    withMfa: 'With a second factor',
    withPassword: 'With a password',
    federated: 'Linked to a provider',
  },
  ofUsers: (share) => `${share} of all users`,
  sessions: 'Active sessions',
  locks: 'Accounts that must wait after failures',
  logins: 'Logins per day',
  loginsHelp: 'With a password or through a provider.',
  newUsers: 'New users per day',
  byMethod: 'Logins by method',
  byMethodHelp: 'A login with a second factor counts for both methods.',
  methods: {
    password: 'Password',
    passkey: 'Passkey',
    federated: 'Provider',
    secondFactor: 'Second factor',
  },
  factors: 'Second factors',
  factorsHelp: 'Users with each kind. A user with several kinds counts for each of them.',
  factorKinds: {
    passkey: 'Passkey',
    totp: 'Authenticator app',
    sms: 'Codes by SMS',
    email: 'Codes by email',
  },
  noFactors: 'No user has a second factor.',
  success: 'Succeeded',
  failure: 'Refused',
  count: 'Users',
  day: 'Day',
  method: 'Method',
  table: 'Show as a table',
  csv: 'Download CSV',
  csvOf: (chart) => `Download CSV: ${chart}`,
  noLogins: 'No logins in this period.',
  loadAgain: 'Load again',
  findings: {
    events_altered: 'Audit events are not as the service wrote them',
    user_reports: 'Users reported: this was not me',
    password_spraying: 'Passwords are tried at many accounts',
    account_from_many_networks: 'One account is guessed from many networks',
    codes_replayed: 'Correct codes came a second time',
    administrators: 'A new or changed user is an administrator',
    role_changes: 'Roles of users changed',
    provider_refusals: 'Most logins through a provider are refused',
    accounts_locked: 'Accounts must wait after failures',
    recovery_codes_used: 'Recovery codes were used',
    events_not_verified: 'Audit events could not be verified: a key is missing',
  },
  details: {
    count: ({ count }) => `Number: ${count}.`,
    network: ({ network, failures, accounts, signedIn }) =>
      `Network: ${network}. Failures: ${failures}. Accounts and names: ${accounts}. Accounts with a success: ${signedIn}. Block the network in the proxy, and look at each success.`,
    passwords: ({ wrong, correct, networks }) =>
      `Wrong passwords: ${wrong}. Correct ones: ${correct}. Networks with failures: ${networks}. An attack, or a program with an old password: look at each success.`,
    account: ({ userId, failures, networks }) =>
      `Account: ${userId}. Failures: ${failures}. Networks without a success: ${networks}.`,
    provider: ({ provider, refused, accepted, reason }) =>
      `Provider: ${provider}. Refused: ${refused}. Accepted: ${accepted}. Most frequent reason: ${reason}.`,
    administrator: ({ userId, at, by }) => `User: ${userId}. Created or changed: ${at}. By: ${by}.`,
  },
  advice: {
    events_altered: 'Another program changed the database.',
    codes_replayed: 'Two addresses for one code are an attack.',
    recovery_codes_used: 'Ask the users whether they did it.',
    events_not_verified: 'The key is missing in VESTIBULE_SECRET_KEYS.',
  },
  byLogin: 'a login through a provider',
  leftOut: {
    events: (read) => `Only the newest events were read. Number: ${read}.`,
    since: (oldest) => `The oldest: ${oldest}.`,
    users: (checked, of) => `New and changed users whose role was checked: ${checked} of ${of}.`,
    findings: (finding, listed, of) => `Listed: ${listed} of ${of}. ${finding}.`,
  },
};

export default english;

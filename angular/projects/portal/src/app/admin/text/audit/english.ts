import { pluralIn } from '@vestibule/angular/console';
import type { AuditTexts } from '../audit';

const plural = pluralIn('en');

const english: AuditTexts = {
  title: 'Audit events',
  intro: 'Sign-ins, refusals, changes and acts of administrators, the newest first.',
  filters: {
    type: 'Event',
    outcome: 'Result',
    user: 'User',
    actor: 'Who acted',
    ip: 'Network address',
    trace: 'Trace number',
    from: 'From',
    to: 'Before',
  },
  help: {
    user: 'The ID of the user.',
    actor: 'The ID of a user, the name of a provider, or cli.',
    ip: 'An address, for example 192.0.2.17, or a network, for example 192.0.2.0/24.',
    trace: 'The number on an error page. The other filters are then not used.',
    time: 'In the time zone of this browser.',
  },
  success: 'Succeeded',
  failure: 'Refused',
  time: 'Time',
  event: 'Event',
  details: 'Details',
  detailsOf: (event, time) => `Details: ${event}, ${time}`,
  none: 'No event matches.',
  noneHere: 'No event of this page matches. Older events can match: open the next page.',
  exportAs: 'Export',
  exportHelp: 'The export has the events of all pages that match the filters.',
  follow: 'Follow new events',
  followTitle: 'New events',
  followIntro: (limit) =>
    `New events that match the filters appear here, the newest first. The list has the newest ${limit}.`,
  followEmpty: 'No new event yet.',
  followState: {
    connecting: 'Connecting…',
    open: 'Connected. New events appear at once.',
    paused: 'Paused. The list does not change.',
    ended: 'The connection has ended. Events since then are in the list.',
  },
  pause: 'Pause',
  resume: (waiting) =>
    waiting === 0
      ? 'Continue'
      : plural(waiting, { one: 'Continue, # event waits', other: 'Continue, # events wait' }),
  reconnect: 'Connect again',
  backToList: 'Back to the list',
  followAdded: (count) => plural(count, { one: '# new event', other: '# new events' }),
  self: 'The user',
  commandLine: 'Command line',
  service: 'The service',
  trace: 'Trace number',
  type: 'Type',
  outcome: 'Result',
  reasonCode: 'Code of the reason',
  statedReason: 'Reason that the administrator gave',
  device: 'Browser',
  requestId: 'Request ID in the log',
  methods: 'Authentication',
  otherDetails: 'Details',
  eventsOfUser: 'All events of this user',
  eventsOfNetwork: 'All events of this network address',
  notFound: 'There is no event with this trace number. It may be older than the retention.',
  types: {
    eventsAltered: 'Another program changed audit events',
    eventsExported: 'Audit events exported',
    issuerMoved: 'Identities moved to another issuer',
    keysRotated: 'Secrets sealed with the newest key',
    usersAdopted: 'Users of another database adopted',
    usersExported: 'Users exported',
    providerTested: 'Provider tested',
    userDeleted: 'Account deleted',
    webhookReplayed: 'Message to a webhook sent again',
    webhookTested: 'Webhook tested',
  },
};

export default english;

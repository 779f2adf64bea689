import type { WebhooksTexts } from '../webhooks';

const english: WebhooksTexts = {
  title: 'Webhooks',
  intro: 'The receivers of signed messages about changes of users, and the messages to them.',
  none: 'No webhook is set up. VESTIBULE_WEBHOOKS names the webhooks.',
  events: 'Messages',
  pending: 'Waiting',
  failed: 'Given up',
  lastDelivered: 'Last delivered',
  lastError: 'Last error',
  never: 'never',
  test: 'Send a test message',
  testOf: (name) => `Send a test message: ${name}`,
  testHelp: 'A signed message that is about no user is sent at once.',
  accepted: (status, millis) =>
    `The receiver accepted the test message: status ${status}, ${millis} ms.`,
  refused: (error, millis) =>
    `The receiver did not accept the test message: ${error}, ${millis} ms.`,
  mayNot: 'Only the role admin may send messages.',
  deliveries: 'Deliveries',
  webhook: 'Webhook',
  state: 'State',
  states: { pending: 'Waiting', delivered: 'Delivered', failed: 'Given up' },
  message: 'Message',
  user: 'User',
  created: 'Created',
  attempts: 'Attempts',
  result: 'Result',
  status: (status) => `Status ${status}`,
  deliveredAt: (time) => `Delivered: ${time}`,
  failedAt: (time) => `Given up: ${time}`,
  nextAttempt: (time) => `Next attempt: ${time}`,
  noDelivery: 'No delivery matches.',
  acts: 'Acts',
  event: 'Audit event',
  replay: 'Send again',
  replayOf: (type, webhook) => `Send again: ${type}, ${webhook}`,
  replayHelp:
    'The message gets the same ID and the present data of the user. A receiver that has handled the ID before ignores it.',
  replayed: 'The message is in the queue again.',
};

export default english;

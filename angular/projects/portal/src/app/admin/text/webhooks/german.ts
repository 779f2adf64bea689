import type { WebhooksTexts } from '../webhooks';

const german: WebhooksTexts = {
  title: 'Webhooks',
  intro:
    'Die Empfänger signierter Nachrichten über Änderungen von Benutzern, und die Nachrichten an sie.',
  none: 'Es ist kein Webhook eingerichtet. VESTIBULE_WEBHOOKS nennt die Webhooks.',
  events: 'Nachrichten',
  pending: 'Wartend',
  failed: 'Aufgegeben',
  lastDelivered: 'Zuletzt zugestellt',
  lastError: 'Letzter Fehler',
  never: 'nie',
  test: 'Testnachricht senden',
  testOf: (name) => `Testnachricht senden: ${name}`,
  testHelp: 'Eine signierte Nachricht, die keinen Benutzer betrifft, wird sofort gesendet.',
  accepted: (status, millis) =>
    `Der Empfänger hat die Testnachricht angenommen: Status ${status}, ${millis} ms.`,
  refused: (error, millis) =>
    `Der Empfänger hat die Testnachricht nicht angenommen: ${error}, ${millis} ms.`,
  mayNot: 'Nur die Rolle admin darf Nachrichten senden.',
  deliveries: 'Zustellungen',
  webhook: 'Webhook',
  state: 'Zustand',
  states: { pending: 'Wartet', delivered: 'Zugestellt', failed: 'Aufgegeben' },
  message: 'Nachricht',
  user: 'Benutzer',
  created: 'Erstellt',
  attempts: 'Versuche',
  result: 'Ergebnis',
  status: (status) => `Status ${status}`,
  deliveredAt: (time) => `Zugestellt: ${time}`,
  failedAt: (time) => `Aufgegeben: ${time}`,
  nextAttempt: (time) => `Nächster Versuch: ${time}`,
  noDelivery: 'Keine Zustellung passt.',
  acts: 'Aktionen',
  event: 'Audit-Ereignis',
  replay: 'Erneut senden',
  replayOf: (type, webhook) => `Erneut senden: ${type}, ${webhook}`,
  replayHelp:
    'Die Nachricht bekommt dieselbe ID und die jetzigen Daten des Benutzers. Ein Empfänger, der die ID schon verarbeitet hat, ignoriert sie.',
  replayed: 'Die Nachricht ist wieder in der Warteschlange.',
};

export default german;

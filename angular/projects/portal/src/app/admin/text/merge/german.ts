import { isolate } from '@vestibule/angular/console';
import type { MergeTexts } from '../merge';

const german: MergeTexts = {
  title: 'Zwei Benutzer zusammenführen',
  label: 'Mit anderem Benutzer zusammenführen',
  ends: (name) => `Dieses Konto endet: ${isolate(name)}. Wählen Sie das Konto, das bleibt.`,
  search: 'Konto suchen, das bleibt',
  noUsers: 'Kein anderer Benutzer passt.',
  choose: 'Wählen',
  chooseNamed: (name) => `${isolate(name)} wählen`,
  stays: (name) => `Dieses Konto bleibt: ${isolate(name)}`,
  other: 'Anderes wählen',
  swap: 'Tauschen: Das andere Konto endet',
  withRoles: 'Auch die vergebenen Rollen übernehmen, ohne die von Administratoren',
  withFactors:
    'Auch Passkeys, Authenticator-Apps und Codes per Nachricht übernehmen, wenn das bleibende Konto keine hat',
  caption: 'Was die Zusammenführung ändert',
  field: 'Feld',
  fromColumn: 'Konto, das endet',
  intoColumn: 'Konto, das bleibt',
  result: 'Danach',
  fields: {
    password: 'Passwort',
    pendingEmail: 'Zu bestätigende Adresse',
    previousEmails: 'Anzahl früherer Adressen',
    picture: 'Bild',
    totp: 'Authenticator-Apps',
    passkeys: 'Passkeys',
    messageCodes: 'Codes per Nachricht',
    pendingTotp: 'App, die eingerichtet wird',
    recoveryCodes: 'Wiederherstellungscodes',
    identities: 'Identitäten von Anbietern',
    unlinkedIdentities: 'Getrennte Identitäten',
    devices: 'Anzahl bekannter Geräte',
    deletionAt: 'Verlangte Löschung',
    formerIds: 'Zusammengeführte Konten',
  },
  submit: 'Zusammenführen',
  consequences: (from, into, until) =>
    `Das Konto ${isolate(from)} endet, und seine Anmeldewege öffnen das Konto ${isolate(into)}. Die Sitzungen beider enden. Dies kann bis ${until} rückgängig gemacht werden.`,
  done: 'Die Benutzer wurden zusammengeführt.',
  refused: {
    same_user: 'Ein Benutzer kann nicht mit sich selbst zusammengeführt werden.',
    from_not_active: 'Das Konto, das endet, ist nicht aktiv. Prüfen und aktivieren Sie es zuerst.',
    into_not_active: 'Das Konto, das bleibt, ist nicht aktiv. Prüfen und aktivieren Sie es zuerst.',
    factor_would_be_lost:
      'Nur das Konto, das endet, hat einen zweiten Faktor. Übernehmen Sie seine zweiten Faktoren, oder lassen Sie den anderen Benutzer zuerst einen einrichten.',
  },
  list: 'Zusammenführungen',
  listCaption: 'Zusammenführungen der letzten 30 Tage',
  none: 'Keine Zusammenführung ist aufgezeichnet.',
  at: 'Zeit',
  actor: 'Administrator',
  ended: 'Konto, das endete',
  stayed: 'Konto, das bleibt',
  undo: 'Rückgängig machen',
  undoNamed: (name) => `Zusammenführung von ${isolate(name)} rückgängig machen`,
  undoUntil: (time) => `Bis ${time} möglich`,
  undoneAt: (time) => `Rückgängig gemacht: ${time}`,
  undoConsequences:
    'Das beendete Konto wird wiederhergestellt, und was von ihm kam, verlässt das andere Konto. Die Sitzungen beider enden.',
  undone: 'Die Zusammenführung wurde rückgängig gemacht.',
};

export default german;

import { pluralIn } from '@vestibule/angular/console';
import type { AuditTexts } from '../audit';

const plural = pluralIn('de');

const german: AuditTexts = {
  title: 'Audit-Ereignisse',
  intro:
    'Anmeldungen, Ablehnungen, Änderungen und Handlungen von Administratoren, die neuesten zuerst.',
  filters: {
    type: 'Ereignis',
    outcome: 'Ergebnis',
    user: 'Benutzer',
    actor: 'Wer gehandelt hat',
    ip: 'Netzwerkadresse',
    trace: 'Kennung',
    from: 'Von',
    to: 'Vor',
  },
  help: {
    user: 'Die ID des Benutzers.',
    actor: 'Die ID eines Benutzers, der Name eines Anbieters oder cli.',
    ip: 'Eine Adresse, zum Beispiel 192.0.2.17, oder ein Netz, zum Beispiel 192.0.2.0/24.',
    trace: 'Die Kennung auf einer Fehlerseite. Die anderen Filter gelten dann nicht.',
    time: 'In der Zeitzone dieses Browsers.',
  },
  success: 'Erfolgreich',
  failure: 'Abgelehnt',
  time: 'Zeit',
  event: 'Ereignis',
  details: 'Einzelheiten',
  detailsOf: (event, time) => `Einzelheiten: ${event}, ${time}`,
  none: 'Kein Ereignis passt.',
  noneHere:
    'Kein Ereignis dieser Seite passt. Ältere Ereignisse können passen: Öffnen Sie die nächste Seite.',
  exportAs: 'Exportieren',
  exportHelp: 'Der Export enthält die passenden Ereignisse aller Seiten.',
  follow: 'Neue Ereignisse verfolgen',
  followTitle: 'Neue Ereignisse',
  followIntro: (limit) =>
    `Neue Ereignisse, die zu den Filtern passen, erscheinen hier, die neuesten zuerst. Die Liste enthält die neuesten ${limit}.`,
  followEmpty: 'Noch kein neues Ereignis.',
  followState: {
    connecting: 'Die Verbindung wird aufgebaut…',
    open: 'Verbunden. Neue Ereignisse erscheinen sofort.',
    paused: 'Angehalten. Die Liste ändert sich nicht.',
    ended: 'Die Verbindung ist beendet. Spätere Ereignisse stehen in der Liste.',
  },
  pause: 'Anhalten',
  resume: (waiting) =>
    waiting === 0
      ? 'Fortsetzen'
      : plural(waiting, {
          one: 'Fortsetzen, # Ereignis wartet',
          other: 'Fortsetzen, # Ereignisse warten',
        }),
  reconnect: 'Erneut verbinden',
  backToList: 'Zurück zur Liste',
  followAdded: (count) => plural(count, { one: '# neues Ereignis', other: '# neue Ereignisse' }),
  self: 'Der Benutzer selbst',
  commandLine: 'Kommandozeile',
  service: 'Der Dienst',
  trace: 'Kennung',
  type: 'Typ',
  outcome: 'Ergebnis',
  reasonCode: 'Code des Grundes',
  statedReason: 'Grund, den der Administrator angegeben hat',
  device: 'Browser',
  requestId: 'Request-ID im Log',
  methods: 'Authentifizierung',
  otherDetails: 'Einzelheiten',
  eventsOfUser: 'Alle Ereignisse dieses Benutzers',
  eventsOfNetwork: 'Alle Ereignisse dieser Netzwerkadresse',
  notFound:
    'Es gibt kein Ereignis mit dieser Kennung. Vielleicht ist es älter als die Aufbewahrungszeit.',
  types: {
    eventsAltered: 'Ein anderes Programm hat Audit-Ereignisse verändert',
    eventsExported: 'Audit-Ereignisse exportiert',
    issuerMoved: 'Identitäten zu einem anderen Issuer verschoben',
    keysRotated: 'Geheimnisse mit dem neuesten Schlüssel versiegelt',
    usersAdopted: 'Benutzer einer anderen Datenbank übernommen',
    usersExported: 'Benutzer exportiert',
    providerTested: 'Anbieter getestet',
    userDeleted: 'Konto gelöscht',
    webhookReplayed: 'Nachricht an einen Webhook erneut gesendet',
    webhookTested: 'Webhook getestet',
  },
};

export default german;

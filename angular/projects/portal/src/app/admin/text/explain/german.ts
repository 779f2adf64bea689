import type { ExplainTexts } from '../explain';

const german: ExplainTexts = {
  title: 'Anmeldung erklären',
  intro:
    'Geben Sie die Claims eines Benutzers ein, um zu sehen, was eine Anmeldung damit bewirkt. Es wird nichts geändert.',
  provider: 'Anbieter',
  noProviders: 'Es ist kein Anbieter eingerichtet, also gibt es keine Anmeldung zu erklären.',
  claims: 'Claims als JSON-Objekt',
  claimsHelp:
    'Die Angaben aus ID-Token und Userinfo: sub, email, email_verified, groups… Sie gelten als signiert. Ohne iss gilt der Issuer des Anbieters.',
  signedInAs: 'ID des Benutzers, der den Anbieter verknüpft (optional)',
  signedInAsHelp:
    'Leer: eine Anmeldung von der Anmeldeseite. Eine ID: eine Verknüpfung auf der Kontoseite dieses Benutzers.',
  notAnId: 'Geben Sie die ID eines Benutzers ein, oder lassen Sie das Feld leer.',
  unknownUser: 'Es gibt keinen Benutzer mit dieser ID.',
  explain: 'Erklären',
  result: 'Was eine Anmeldung mit diesen Claims bewirkt',
  resultHelp: 'Mit den Einstellungen und Benutzern von jetzt.',
  errorAt: (problem, line, column) => `Zeile ${line}, Spalte ${column}: ${problem}`,
  problems: {
    empty: 'Der Text ist leer. Geben Sie ein JSON-Objekt ein.',
    notObject: 'Die Claims müssen ein Objekt in { } sein.',
    unexpectedEnd: 'Der Text endet zu früh. Es fehlt ein } oder ] oder ein Wert.',
    unexpectedCharacter:
      'Das ist kein JSON. Texte und Namen brauchen doppelte gerade Anführungszeichen; true, false und null sind klein geschrieben.',
    badString:
      'Dieser Text ist nicht geschlossen oder enthält einen Zeilenumbruch oder ein unbekanntes \\.',
    badNumber: 'Das ist keine Zahl.',
    missingComma: 'Hier fehlt ein Komma.',
    missingColon: 'Hier fehlt ein Doppelpunkt.',
    trailingComma: 'Nach diesem Komma folgt nichts. Entfernen Sie es.',
    textAfterEnd: 'Das Objekt ist schon zu Ende. Entfernen Sie, was folgt.',
  },
};

export default german;

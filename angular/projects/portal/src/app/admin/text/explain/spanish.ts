import type { ExplainTexts } from '../explain';

const spanish: ExplainTexts = {
  title: 'Explicar un inicio de sesión',
  intro:
    'Escriba los claims de un usuario para ver qué hace un inicio de sesión con ellos. No se cambia nada.',
  provider: 'Proveedor',
  noProviders: 'No hay ningún proveedor configurado: no hay inicio de sesión que explicar.',
  claims: 'Claims, como objeto JSON',
  claimsHelp:
    'Los miembros del token de identidad y de userinfo: sub, email, email_verified, groups… Cuentan como firmados. Sin iss se usa el emisor del proveedor.',
  signedInAs: 'ID del usuario que vincula el proveedor (opcional)',
  signedInAsHelp:
    'Vacío: un inicio de sesión desde la página de acceso. Un ID: una vinculación en la página de cuenta de ese usuario.',
  notAnId: 'Escriba el ID de un usuario o deje el campo vacío.',
  unknownUser: 'No hay ningún usuario con este ID.',
  explain: 'Explicar',
  result: 'Qué hace un inicio de sesión con estos claims',
  resultHelp: 'Con los ajustes y los usuarios de este momento.',
  errorAt: (problem, line, column) => `Línea ${line}, columna ${column}: ${problem}`,
  problems: {
    empty: 'el texto está vacío. Escriba un objeto JSON.',
    notObject: 'los claims deben ser un objeto entre { }.',
    unexpectedEnd: 'el texto termina demasiado pronto. Falta un } o un ] o un valor.',
    unexpectedCharacter:
      'esto no es JSON. Los textos y los nombres llevan comillas dobles rectas; true, false y null van en minúsculas.',
    badString: 'este texto no está cerrado, o tiene un salto de línea o un \\ desconocido.',
    badNumber: 'esto no es un número.',
    missingComma: 'aquí falta una coma.',
    missingColon: 'aquí faltan dos puntos.',
    trailingComma: 'no hay nada después de esta coma. Quítela.',
    textAfterEnd: 'el objeto ya terminó. Quite lo que sigue.',
  },
};

export default spanish;

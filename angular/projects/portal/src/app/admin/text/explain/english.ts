import type { ExplainTexts } from '../explain';

const english: ExplainTexts = {
  title: 'Explain a login',
  intro: 'Enter the claims of a user to see what a login with them does. Nothing is changed.',
  provider: 'Provider',
  noProviders: 'No provider is set up, so there is no login to explain.',
  claims: 'Claims, as a JSON object',
  claimsHelp:
    'The members of the ID token and of userinfo: sub, email, email_verified, groups… They count as signed. Without iss, the issuer of the provider is used.',
  signedInAs: 'ID of the user who links the provider (optional)',
  signedInAsHelp:
    'Empty: a login from the login page. An ID: a link in the account page of this user.',
  notAnId: 'Enter the ID of a user, or leave the field empty.',
  unknownUser: 'There is no user with this ID.',
  explain: 'Explain',
  result: 'What a login with these claims does',
  resultHelp: 'With the settings and the users of this moment.',
  errorAt: (problem, line, column) => `Line ${line}, column ${column}: ${problem}`,
  problems: {
    empty: 'the text is empty. Enter a JSON object.',
    notObject: 'the claims must be an object in { }.',
    unexpectedEnd: 'the text ends too early. A } or ] or a value is missing.',
    unexpectedCharacter:
      'this is no JSON. Texts and names need double quotation marks; true, false and null are lower case.',
    badString: 'this text is not closed, or has a line break or an unknown \\ in it.',
    badNumber: 'this is no number.',
    missingComma: 'a comma is missing here.',
    missingColon: 'a colon is missing here.',
    trailingComma: 'this comma has nothing after it. Remove it.',
    textAfterEnd: 'the object has ended before. Remove what follows.',
  },
};

export default english;

import type { DecisionTexts } from '../decision';

const german: DecisionTexts = {
  title: 'Entscheidung',
  rule: 'Grund',
  needed: 'Was es ändern würde',
  facts: 'Worauf die Entscheidung beruht',
  provider: 'Anbieter',
  issuer: 'Issuer',
  subject: 'Subject',
  address: 'Adresse',
  noAddress: 'keine',
  addressVerified: 'Der Anbieter hat die Adresse bestätigt (JSON-Wert true)',
  trusted: 'Dem Anbieter wird für die Domain der Adresse vertraut',
  user: 'Benutzer',
  secondFactors: 'Zweite Faktoren des Benutzers',
  factors: {
    passkey: 'Passkey',
    totp: 'Authenticator-App',
    smsCode: 'Codes per SMS',
    emailCode: 'Codes per E-Mail',
    recoveryCode: 'Wiederherstellungscodes',
  },
  warnings: 'Warnungen',
  claims: 'Claims',
  changes: 'Was sich geändert hat',
  field: 'Feld',
  before: 'Vorher',
  after: 'Nachher',
  code: 'Code',
  yes: 'ja',
  no: 'nein',
  outcomes: {
    signIn: 'Der Benutzer mit dieser Identität wird angemeldet.',
    link: 'Die Identität wird mit dem Konto mit derselben Adresse verknüpft, und dessen Benutzer wird angemeldet.',
    linkOnRequest: 'Die Identität wird mit dem Konto verknüpft, dessen Benutzer das verlangt hat.',
    askForProof:
      'Der Benutzer muss sich am bestehenden Konto anmelden und die Verknüpfung bestätigen.',
    reclaim:
      'Unbestätigte Konten mit dieser Adresse kommen in Quarantäne, und der Inhaber der Adresse bekommt ein neues Konto.',
    create: 'Ein neues Konto wird angelegt.',
    refuse: 'Die Anmeldung wird abgelehnt.',
    failed: 'Die Anmeldung scheiterte vor einer Entscheidung.',
  },
  sentences: {
    'the token belongs to another organization': 'Das Token gehört zu einer anderen Organisation.',
    'userinfo failed, and the ID token does not contain a verified address':
      'Userinfo schlug fehl, und das ID-Token enthält keine bestätigte Adresse.',
    'the address is not in an allowed domain': 'Die Adresse liegt in keiner erlaubten Domain.',
    'the identity was unlinked on purpose': 'Die Identität wurde absichtlich getrennt.',
    'the provider sent no verified address': 'Der Anbieter hat keine bestätigte Adresse gesendet.',
    'the identity belongs to another account': 'Die Identität gehört zu einem anderen Konto.',
    'the account is disabled': 'Das Konto ist deaktiviert.',
    'the user requested the link': 'Der Benutzer hat die Verknüpfung verlangt.',
    'userinfo failed, and the ID token contains no roles':
      'Userinfo schlug fehl, und das ID-Token enthält keine Rollen.',
    'the identity is known': 'Die Identität ist bekannt.',
    'one account has the address verified, another one has it as user name':
      'Ein Konto hat die Adresse bestätigt, ein anderes hat sie als Benutzernamen.',
    'an administrator created an account with this address':
      'Ein Administrator hat ein Konto mit dieser Adresse angelegt.',
    'the account with the address is disabled': 'Das Konto mit der Adresse ist deaktiviert.',
    'several accounts have the address': 'Mehrere Konten haben die Adresse.',
    'the provider is not trusted for the domain of a known address':
      'Dem Anbieter wird für die Domain einer bekannten Adresse nicht vertraut.',
    'an administrator account is never linked by its address':
      'Das Konto eines Administrators wird nie über seine Adresse verknüpft.',
    'the account with the address has or had another identity of this issuer':
      'Das Konto mit der Adresse hat oder hatte eine andere Identität dieses Issuers.',
    'the address is verified here and at the provider':
      'Die Adresse ist hier und beim Anbieter bestätigt.',
    'no account has the address': 'Kein Konto hat die Adresse.',
    'only unverified, self-registered accounts have the address, and the provider is not trusted for it':
      'Nur unbestätigte, selbst registrierte Konten haben die Adresse, und dem Anbieter wird für sie nicht vertraut.',
    'an administrator account is never reclaimed by its address':
      'Das Konto eines Administrators wird nie über seine Adresse übernommen.',
    'only unverified, self-registered accounts have the address':
      'Nur unbestätigte, selbst registrierte Konten haben die Adresse.',
    'unverified, self-registered accounts have the address':
      'Unbestätigte, selbst registrierte Konten haben die Adresse.',
    'the session that requested the link has ended':
      'Die Sitzung, in der die Verknüpfung verlangt wurde, ist beendet.',
    'an administrator enables the account (vestibule users enable)':
      'Ein Administrator aktiviert das Konto.',
    'a verified address in _ALLOWED_DOMAINS, and the organization in _ORGANIZATION':
      'Eine bestätigte Adresse in _ALLOWED_DOMAINS, und die Organisation in _ORGANIZATION.',
    'an account with this address (vestibule users add --email), or _ALLOW_SIGNUP=true and a verified address in _ALLOWED_DOMAINS':
      'Ein Konto mit dieser Adresse, oder _ALLOW_SIGNUP=true und eine bestätigte Adresse in _ALLOWED_DOMAINS.',
    'only one account has the address, or one account has it as a verified address':
      'Nur ein Konto hat die Adresse, oder ein Konto hat sie bestätigt.',
    'the user signs in with another method and links the provider again in the account':
      'Der Benutzer meldet sich anders an und verknüpft den Anbieter im Konto erneut.',
    'the identity is unlinked from the other account first':
      'Die Identität wird zuerst vom anderen Konto getrennt.',
    'userinfo succeeds, or the ID token contains the address and the roles':
      'Userinfo antwortet, oder das ID-Token enthält Adresse und Rollen.',
    "the user signs in to the account and confirms the link; or the address is verified here, its domain is in _TRUSTED_DOMAINS and the account is not an administrator's":
      'Der Benutzer meldet sich am Konto an und bestätigt die Verknüpfung. Oder die Adresse ist hier bestätigt, ihre Domain steht in _TRUSTED_DOMAINS, und das Konto ist nicht das eines Administrators.',
  },
};

export default german;

import type { DecisionTexts } from '../decision';

const french: DecisionTexts = {
  title: 'Décision',
  rule: 'Motif',
  needed: 'Ce qui la changerait',
  facts: 'Sur quoi repose la décision',
  provider: 'Fournisseur',
  issuer: 'Émetteur',
  subject: 'Sujet',
  address: 'Adresse',
  noAddress: 'aucune',
  addressVerified: 'Le fournisseur a vérifié l’adresse (valeur JSON true)',
  trusted: 'Le fournisseur est de confiance pour le domaine de l’adresse',
  user: 'Utilisateur',
  secondFactors: 'Seconds facteurs de l’utilisateur',
  factors: {
    passkey: 'Clé d’accès',
    totp: 'Application d’authentification',
    smsCode: 'Codes par SMS',
    emailCode: 'Codes par e-mail',
    recoveryCode: 'Codes de récupération',
  },
  warnings: 'Avertissements',
  claims: 'Claims',
  changes: 'Ce qui a changé',
  field: 'Champ',
  before: 'Avant',
  after: 'Après',
  code: 'Code',
  yes: 'oui',
  no: 'non',
  outcomes: {
    signIn: 'L’utilisateur qui a cette identité est connecté.',
    link: 'L’identité est associée au compte qui a la même adresse, et son utilisateur est connecté.',
    linkOnRequest: 'L’identité est associée au compte dont l’utilisateur l’a demandé.',
    askForProof: 'L’utilisateur doit se connecter au compte existant et confirmer l’association.',
    reclaim:
      'Les comptes non vérifiés qui ont cette adresse sont mis en quarantaine, et le titulaire de l’adresse reçoit un nouveau compte.',
    create: 'Un nouveau compte est créé.',
    refuse: 'La connexion est refusée.',
    failed: 'La connexion a échoué avant une décision.',
  },
  sentences: {
    'the token belongs to another organization': 'Le jeton appartient à une autre organisation.',
    'userinfo failed, and the ID token does not contain a verified address':
      'Userinfo a échoué, et le jeton d’identité ne contient pas d’adresse vérifiée.',
    'the address is not in an allowed domain': 'L’adresse n’est pas dans un domaine autorisé.',
    'the identity was unlinked on purpose': 'L’identité a été dissociée volontairement.',
    'the provider sent no verified address': 'Le fournisseur n’a envoyé aucune adresse vérifiée.',
    'the identity belongs to another account': 'L’identité appartient à un autre compte.',
    'the account is disabled': 'Le compte est désactivé.',
    'the user requested the link': 'L’utilisateur a demandé l’association.',
    'userinfo failed, and the ID token contains no roles':
      'Userinfo a échoué, et le jeton d’identité ne contient aucun rôle.',
    'the identity is known': 'L’identité est connue.',
    'one account has the address verified, another one has it as user name':
      'Un compte a cette adresse vérifiée, un autre l’a comme nom d’utilisateur.',
    'an administrator created an account with this address':
      'Un administrateur a créé un compte avec cette adresse.',
    'the account with the address is disabled': 'Le compte qui a cette adresse est désactivé.',
    'several accounts have the address': 'Plusieurs comptes ont cette adresse.',
    'the provider is not trusted for the domain of a known address':
      'Le fournisseur n’est pas de confiance pour le domaine d’une adresse connue.',
    'an administrator account is never linked by its address':
      'Le compte d’un administrateur n’est jamais associé par son adresse.',
    'the account with the address has or had another identity of this issuer':
      'Le compte qui a cette adresse a ou avait une autre identité de cet émetteur.',
    'the address is verified here and at the provider':
      'L’adresse est vérifiée ici et chez le fournisseur.',
    'no account has the address': 'Aucun compte n’a cette adresse.',
    'only unverified, self-registered accounts have the address, and the provider is not trusted for it':
      'Seuls des comptes non vérifiés, créés par leurs utilisateurs, ont cette adresse, et le fournisseur n’est pas de confiance pour elle.',
    'an administrator account is never reclaimed by its address':
      'Le compte d’un administrateur n’est jamais repris par son adresse.',
    'only unverified, self-registered accounts have the address':
      'Seuls des comptes non vérifiés, créés par leurs utilisateurs, ont cette adresse.',
    'unverified, self-registered accounts have the address':
      'Des comptes non vérifiés, créés par leurs utilisateurs, ont cette adresse.',
    'the session that requested the link has ended':
      'La session qui a demandé l’association est terminée.',
    'an administrator enables the account (vestibule users enable)':
      'Un administrateur active le compte.',
    'a verified address in _ALLOWED_DOMAINS, and the organization in _ORGANIZATION':
      'Une adresse vérifiée dans _ALLOWED_DOMAINS, et l’organisation dans _ORGANIZATION.',
    'an account with this address (vestibule users add --email), or _ALLOW_SIGNUP=true and a verified address in _ALLOWED_DOMAINS':
      'Un compte avec cette adresse, ou _ALLOW_SIGNUP=true et une adresse vérifiée dans _ALLOWED_DOMAINS.',
    'only one account has the address, or one account has it as a verified address':
      'Un seul compte a cette adresse, ou un compte l’a comme adresse vérifiée.',
    'the user signs in with another method and links the provider again in the account':
      'L’utilisateur se connecte autrement et associe de nouveau le fournisseur dans son compte.',
    'the identity is unlinked from the other account first':
      'L’identité est d’abord dissociée de l’autre compte.',
    'userinfo succeeds, or the ID token contains the address and the roles':
      'Userinfo répond, ou le jeton d’identité contient l’adresse et les rôles.',
    "the user signs in to the account and confirms the link; or the address is verified here, its domain is in _TRUSTED_DOMAINS and the account is not an administrator's":
      'L’utilisateur se connecte au compte et confirme l’association. Ou bien l’adresse est vérifiée ici, son domaine est dans _TRUSTED_DOMAINS, et le compte n’est pas celui d’un administrateur.',
  },
};

export default french;

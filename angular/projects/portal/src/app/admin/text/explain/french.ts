import type { ExplainTexts } from '../explain';

const french: ExplainTexts = {
  title: 'Expliquer une connexion',
  intro:
    'Saisissez les claims d’un utilisateur pour voir l’effet d’une connexion. Rien n’est modifié.',
  provider: 'Fournisseur',
  noProviders: 'Aucun fournisseur n’est configuré : il n’y a pas de connexion à expliquer.',
  claims: 'Claims, sous forme d’objet JSON',
  claimsHelp:
    'Les membres du jeton d’identité et de userinfo : sub, email, email_verified, groups… Ils comptent comme signés. Sans iss, l’émetteur du fournisseur est utilisé.',
  signedInAs: 'Identifiant de l’utilisateur qui associe le fournisseur (facultatif)',
  signedInAsHelp:
    'Vide : une connexion depuis la page de connexion. Un identifiant : une association dans la page de compte de cet utilisateur.',
  notAnId: 'Saisissez l’identifiant d’un utilisateur, ou laissez le champ vide.',
  unknownUser: 'Aucun utilisateur n’a cet identifiant.',
  explain: 'Expliquer',
  result: 'Effet d’une connexion avec ces claims',
  resultHelp: 'Avec les paramètres et les utilisateurs de cet instant.',
  errorAt: (problem, line, column) => `Ligne ${line}, colonne ${column} : ${problem}`,
  problems: {
    empty: 'le texte est vide. Saisissez un objet JSON.',
    notObject: 'les claims doivent être un objet entre { }.',
    unexpectedEnd: 'le texte se termine trop tôt. Il manque un } ou un ] ou une valeur.',
    unexpectedCharacter:
      'ce n’est pas du JSON. Les textes et les noms demandent des guillemets doubles droits ; true, false et null sont en minuscules.',
    badString: 'ce texte n’est pas fermé, ou contient un saut de ligne ou un \\ inconnu.',
    badNumber: 'ce n’est pas un nombre.',
    missingComma: 'il manque une virgule ici.',
    missingColon: 'il manque un deux-points ici.',
    trailingComma: 'rien ne suit cette virgule. Supprimez-la.',
    textAfterEnd: 'l’objet est déjà terminé. Supprimez la suite.',
  },
};

export default french;

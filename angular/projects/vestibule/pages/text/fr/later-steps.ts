import type { laterSteps as english } from '../en/later-steps';
import { pluralIn } from '../plural';

const plural = pluralIn('fr');

export const laterSteps: typeof english = {
  'code.label': 'Code à 6 chiffres',
  'code.invalid': 'Saisissez les 6 chiffres du code.',
  'code.recoveryLabel': 'Code de récupération',
  'code.recoveryInvalid': 'Saisissez le code de récupération complet : 14 lettres et chiffres.',
  'code.checking': 'Vérification…',

  'secondFactor.title': 'Second facteur',
  'secondFactor.help':
    'Saisissez le code que votre application d’authentification affiche pour ce compte.',
  'secondFactor.account': 'Compte :',
  'secondFactor.recoveryHelp':
    'Saisissez l’un de vos codes de récupération. Chacun ne sert qu’une fois.',
  'secondFactor.trust': (days) =>
    plural(days, {
      one: 'Faire confiance à cet appareil pendant un jour',
      other: 'Faire confiance à cet appareil pendant # jours',
    }),
  'secondFactor.useApp': 'Utiliser l’application d’authentification',
  'secondFactor.useRecoveryCode': 'Utiliser un code de récupération',
  'secondFactor.noWay': 'Je ne peux utiliser aucune de ces méthodes',
  'secondFactor.noWayHelp':
    'Votre administrateur peut retirer le second facteur de votre compte. Connectez-vous ensuite à nouveau et configurez une application d’authentification sur un autre appareil.',
  'secondFactor.support': 'Contacter l’assistance',

  'enrol.title': 'Configurer une application d’authentification',
  'enrol.anotherTitle': 'Ajouter une application d’authentification',
  'enrol.doneTitle': 'Votre application d’authentification est configurée',
  'enrol.done': 'Désormais, vous saisirez son code pour vous connecter.',
  'enrol.required':
    'Votre compte exige un second facteur. Configurez une application d’authentification pour continuer.',
  'enrol.explanation':
    'Une application d’authentification sur votre téléphone affiche un nouveau code à 6 chiffres toutes les 30 secondes.',
  'enrol.protectsPassword':
    'Ainsi, un mot de passe volé ne suffit pas pour se connecter à votre compte.',
  'enrol.keepsWorking': 'Les applications déjà configurées continuent de fonctionner.',
  'enrol.anyApp':
    'Vous pouvez utiliser n’importe quelle application d’authentification. De nombreux gestionnaires de mots de passe en contiennent une.',
  'enrol.name': 'Nom de l’application (facultatif)',
  'enrol.nameHelp': 'Par exemple « Téléphone ». Il distingue vos applications.',
  'enrol.start': 'Configurer',
  'enrol.addTitle': '1. Ajoutez le compte à votre application',
  'enrol.scan': 'Scannez ce code QR avec votre application d’authentification.',
  'enrol.qr':
    'Code QR contenant la clé pour votre application d’authentification. La clé figure aussi ci-dessous sous forme de texte.',
  'enrol.openApp': 'Ouvrir dans l’application d’authentification de cet appareil',
  'enrol.key': 'Ou saisissez cette clé dans l’application :',
  'enrol.copyKey': 'Copier la clé',
  'enrol.codeTitle': '2. Saisissez le code de l’application',
  'enrol.confirm': 'Confirmer',

  'reauthenticate.title': 'Connectez-vous à nouveau pour continuer',
  'reauthenticate.reason': 'Votre dernière connexion est trop ancienne pour cette action.',
  'reauthenticate.withPassword': 'Saisissez votre mot de passe.',
  'reauthenticate.withProvider': 'Connectez-vous à nouveau chez votre fournisseur.',
  'reauthenticate.withSignOut': 'Déconnectez-vous, puis reconnectez-vous.',
  'reauthenticate.signOut': 'Se déconnecter et se reconnecter',

  'factor.pwd': 'mot de passe',
  'factor.otp': 'application d’authentification',
  'factor.passkey': 'clé d’accès',
  'factor.rc': 'code de secours',
  'factor.sms': 'SMS',
  'factor.fpt': 'empreinte digitale',
  'factor.face': 'reconnaissance faciale',
  'factor.pin': 'code PIN',
  'factor.provider': 'un fournisseur de connexion',
  'factor.then': (first, second) => `${first}, puis ${second}`,

  'copy.copy': 'Copier',
  'copy.copyId': 'Copier l’identifiant',
  'copy.done': 'Copié',
  'copy.failed': 'La copie a échoué. Sélectionnez le texte et copiez-le.',
};

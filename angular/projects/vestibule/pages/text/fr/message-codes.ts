import type { messageCodes as english } from '../en/message-codes';
import { masked } from '../masked';

export const messageCodes: typeof english = {
  'messageCode.label': 'Code à 8 chiffres',
  'messageCode.invalid': 'Saisissez les 8 chiffres du code.',
  'messageCode.emailHelp':
    'Faites envoyer un code à l’adresse e-mail de votre compte, puis saisissez-le.',
  'messageCode.smsHelp':
    'Faites envoyer un code par SMS à votre numéro de téléphone, puis saisissez-le.',
  'messageCode.useEmail': 'Utiliser un code par e-mail',
  'messageCode.useSms': 'Utiliser un code par SMS',
  'messageCode.send': 'Envoyer un code',
  'messageCode.sending': 'Envoi…',
  'messageCode.sendAgain': 'Envoyer un autre code',
  'messageCode.sendAgainIn': (time) => `possible dans ${time}`,
  'messageCode.haveCode': 'J’ai déjà un code',
  'messageCode.sent': (to, until) =>
    `Un code a été envoyé à ${masked(to)}. Il est valable jusqu’à ${until} et ne sert qu’une fois.`,
  'messageCode.delayed': (to, until) =>
    `Le code pour ${masked(to)} est retardé : il n’a pas encore pu être envoyé. Il est envoyé dès que possible, au plus tard à ${until}. Si vous ne pouvez pas attendre, choisissez une autre méthode.`,
  'messageCode.wrong':
    'Ce code est incorrect ou n’est plus valable. Vérifiez-le ou faites-en envoyer un autre.',
  'messageCode.wrongLimit': 'Après 5 essais incorrects, ce code n’est plus valable.',
  'messageCode.expired': 'Ce code a expiré. Faites-en envoyer un autre.',
  'messageCode.notOffered':
    'Le service n’envoie plus de codes de cette façon. Utilisez une autre méthode ou adressez-vous à votre administrateur.',
  'messageCode.setUpEnded':
    'Cette configuration est terminée : après 10 minutes ou après 5 codes incorrects. Recommencez-la.',
  'messageCode.sendLimit': 'Aucun autre code ne peut être envoyé pour le moment.',
  'messageCode.administrators':
    'Votre compte est celui d’un administrateur : les codes par message ne lui suffisent pas. Ajoutez une application d’authentification ou une clé d’accès.',
  'messageCode.noEmail':
    'Votre compte n’a pas d’adresse e-mail vérifiée : aucun code ne peut y être envoyé. Utilisez une autre méthode.',
  'messageCode.title': 'Codes par message',
  'messageCode.restricted':
    'Les codes par message sont moins sûrs qu’une clé d’accès ou une application d’authentification : un attaquant peut prendre le contrôle d’un numéro de téléphone ou d’une boîte aux lettres, c’est pourquoi la norme NIST SP 800-63B les restreint.',
  'messageCode.otherTitle': 'Si vous ne pouvez utiliser ni application ni clé d’accès',
  'messageCode.email': 'Codes par e-mail',
  'messageCode.sms': 'Codes par SMS',
  'messageCode.emailStart':
    'Un code est envoyé à l’adresse e-mail vérifiée de votre compte. Saisissez-le pour terminer la configuration.',
  'messageCode.number': 'Numéro de téléphone',
  'messageCode.numberHelp':
    'Avec « + » et l’indicatif du pays, par exemple +49 151 23456789. Un code y est envoyé.',
  'messageCode.numberInvalid':
    'Saisissez le numéro complet avec « + » et l’indicatif du pays, par exemple +49 151 23456789.',
  'messageCode.doneTitle': 'Les codes par message sont configurés',
  'messageCode.done': 'Désormais, vous pouvez faire envoyer un code pour vous connecter.',
  'messageCode.none': 'non configurés',
  'messageCode.verifyFirst': 'Vérifiez d’abord votre adresse e-mail dans votre profil.',
  'messageCode.to': (target) => `à ${masked(target)}`,
  'messageCode.since': (date) => `configurés le ${date}`,
  'messageCode.setUpEmail': 'Configurer les codes par e-mail',
  'messageCode.setUpSms': 'Configurer les codes par SMS',
  'messageCode.changeNumber': 'Changer le numéro de téléphone',
  'messageCode.removeEmail': 'Supprimer les codes par e-mail',
  'messageCode.removeSms': 'Supprimer les codes par SMS',
  'messageCode.removeEmailQuestion':
    'Supprimer les codes par e-mail ? Plus aucun code n’est envoyé à votre adresse.',
  'messageCode.removeSmsQuestion':
    'Supprimer les codes par SMS ? Plus aucun code n’est envoyé à votre téléphone, et le numéro est effacé.',
  'messageCode.removeEffect': 'Vos sessions sur d’autres appareils prennent fin.',
  'messageCode.removeOnlyEffect':
    'Si c’est votre seul second facteur, votre compte n’est ensuite protégé que par votre méthode de connexion, et vos codes de récupération ne fonctionnent plus. Vos sessions sur d’autres appareils prennent fin.',
  'messageCode.added': (kind) => `${kind} : configurés.`,
  'messageCode.removed': (kind) => `${kind} : supprimés.`,
  'factor.email': 'code par e-mail',
};

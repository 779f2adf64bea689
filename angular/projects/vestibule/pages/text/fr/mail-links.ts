import type { mailLinks as english } from '../en/mail-links';

export const mailLinks: typeof english = {
  'mailLink.incompleteTitle': 'Ce lien est incomplet',
  'mailLink.incomplete': 'Ouvrez à nouveau le lien du message, ou copiez son adresse entière.',
  'mailLink.expiredTitle': 'Ce lien n’est plus valable',
  'confirmEmail.title': 'Confirmer votre adresse e-mail',
  'confirmEmail.help': 'Le compte n’utilise cette adresse qu’après votre confirmation.',
  'confirmEmail.action': 'Confirmer l’adresse',
  'confirmEmail.doneTitle': 'Votre adresse e-mail est confirmée',
  'confirmEmail.done': 'Votre compte utilise désormais cette adresse.',
  'confirmEmail.expired':
    'Il a déjà été utilisé, a expiré, ou un lien plus récent a été envoyé. Demandez-en un nouveau dans votre compte.',
  'cancelEmail.title': 'Garder l’ancienne adresse e-mail',
  'cancelEmail.help':
    'Une nouvelle adresse e-mail a été définie ou demandée pour votre compte. Si ce n’était pas vous, annulez ce changement.',
  'cancelEmail.action': 'Annuler le changement',
  'cancelEmail.doneTitle': 'Le changement est annulé',
  'cancelEmail.done':
    'Votre compte garde son ancienne adresse e-mail. Si vous n’avez pas demandé ce changement, définissez un nouveau mot de passe.',
  'cancelEmail.expired':
    'Le changement a déjà été annulé ou date de plus de 7 jours. Adressez-vous à votre administrateur.',
  'notMe.title': 'Ce n’était pas moi',
  'notMe.help':
    'Si vous n’avez pas fait ce que décrit le message, sécurisez votre compte. Toutes les sessions prennent fin, aucun appareil n’est plus de confiance, un changement d’adresse e-mail est annulé et le mot de passe doit être changé.',
  'notMe.action': 'Sécuriser mon compte',
  'notMe.doneTitle': 'Votre compte est sécurisé',
  'notMe.done': 'Toutes les sessions ont pris fin. Définissez maintenant un nouveau mot de passe.',
  'notMe.expired':
    'Il a déjà été utilisé ou date de plus de 7 jours. Connectez-vous et changez votre mot de passe.',
  'notMe.newPassword': 'Définir un nouveau mot de passe par e-mail',
};

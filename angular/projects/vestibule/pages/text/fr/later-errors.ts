import type { laterErrors as english } from '../en/later-errors';
import { pluralIn } from '../plural';

const plural = pluralIn('fr');

export const laterErrors: typeof english = {
  'error.code_invalid':
    'Ce code est incorrect ou a déjà été utilisé. Vérifiez-le et saisissez-le à nouveau, ou attendez le suivant.',
  'error.passkey_invalid':
    'La clé d’accès n’a pas été acceptée. Réessayez avec la même, ou utilisez une autre méthode.',
  'error.ceremony_over': 'Cela a duré plus de cinq minutes ou est déjà terminé. Recommencez.',
  'error.passkey_not_allowed':
    'Votre organisation n’autorise pas ce type de clé d’accès. Utilisez un autre appareil ou une autre clé de sécurité.',
  'error.passkey_refused':
    'La connexion avec cette clé d’accès a été refusée. Réessayez, ou utilisez une autre méthode.',
  'error.passkey_unknown':
    'Cette clé d’accès a été retirée du compte. Utilisez une autre méthode, ou adressez-vous à votre administrateur. Supprimez la clé d’accès de votre appareil ou de votre gestionnaire de mots de passe.',
  'error.passkey_registered':
    'Cette clé d’accès est déjà enregistrée. Utilisez un autre appareil ou une autre clé de sécurité.',
  'error.password_rejected':
    'Ce mot de passe ne peut pas être utilisé. Choisissez-en un plus long et moins courant.',
  'error.password_wrong':
    'Le mot de passe actuel est incorrect. Vérifiez-le et saisissez-le à nouveau.',
  'error.password_change_required': 'Choisissez d’abord un nouveau mot de passe.',
  'error.token_invalid':
    'Ce lien reçu par e-mail a expiré ou a déjà été utilisé. Demandez-en un nouveau.',
  'error.reauthentication_required':
    'Cette action exige une connexion datant de moins de 10 minutes. Déconnectez-vous, reconnectez-vous, puis réessayez.',
  'error.no_pending_link':
    'Il n’y a aucune association à confirmer. Recommencez depuis la page de connexion.',
  'error.handle_taken': 'Un autre compte utilise ce nom ou cette adresse. Choisissez-en un autre.',
  'error.identity_in_use':
    'Cette identité est déjà associée à un autre compte. Annulez et demandez à votre administrateur de quel compte il s’agit.',
  'error.link_account_mismatch':
    'L’association concerne un autre compte que celui auquel vous êtes connecté. Déconnectez-vous, puis connectez-vous à cet autre compte.',
  'error.last_administrator':
    'C’est le dernier administrateur. Donnez d’abord ce rôle à un autre utilisateur.',
  'error.last_way_in':
    'C’est votre seul moyen de connexion ; il ne peut donc pas être supprimé. Configurez d’abord un autre moyen de connexion.',
  'error.factor_required':
    'Votre compte doit avoir un second facteur. Configurez-en un autre avant de supprimer celui-ci.',
  'error.message_not_sent':
    'Le message n’a pas pu être envoyé. Utilisez une autre méthode ou réessayez plus tard.',
  'error.too_many_factors':
    'Votre compte a déjà le plus grand nombre de seconds facteurs de ce type. Retirez-en un d’abord.',
  'error.merge_refused':
    'Ces utilisateurs ne peuvent pas être fusionnés. Choisissez d’autres utilisateurs.',
  'error.undo_refused': 'La fusion ne peut pas être annulée. Vérifiez les deux utilisateurs.',
  'error.no_pending_enrolment': 'Cette configuration a expiré. Recommencez-la.',
  'error.already_signed_in': 'Vous êtes déjà connecté. Rechargez la page.',
  'error.revision_stale':
    'Les données ont été modifiées entre-temps. Rechargez la page et vérifiez-les.',
  'failure.clockAhead': (minutes) =>
    `${plural(minutes, { one: 'L’horloge de votre téléphone avance d’une minute.', other: 'L’horloge de votre téléphone avance de # minutes.' })} Réglez l’heure sur automatique, puis saisissez le code suivant.`,
  'failure.clockBehind': (minutes) =>
    `${plural(minutes, { one: 'L’horloge de votre téléphone retarde d’une minute.', other: 'L’horloge de votre téléphone retarde de # minutes.' })} Réglez l’heure sur automatique, puis saisissez le code suivant.`,
};

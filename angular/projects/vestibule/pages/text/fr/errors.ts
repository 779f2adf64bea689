import type { errors as english } from '../en/errors';
import { pluralIn } from '../plural';

const plural = pluralIn('fr');

export const errors: typeof english = {
  'error.invalid_request':
    'Le serveur n’a pas pu lire la demande. Vérifiez le formulaire et réessayez.',
  'error.not_signed_in': 'Vous n’êtes pas connecté. Connectez-vous d’abord.',
  'error.invalid_credentials':
    'Le nom d’utilisateur ou le mot de passe est incorrect. Vérifiez les deux et réessayez.',
  'error.second_factor_required': 'Utilisez d’abord votre second facteur.',
  'error.enrolment_required': 'Configurez d’abord un second facteur.',
  'error.session_ended': 'Votre session est terminée. Connectez-vous à nouveau.',
  'error.csrf_failed': 'Cette page a expiré. Rechargez-la et réessayez.',
  'error.forbidden':
    'Votre compte n’a pas l’autorisation nécessaire. Demandez l’accès à votre administrateur.',
  'error.not_found': 'Cet élément n’existe pas ou a été supprimé. Rechargez la page.',
  'error.method_not_allowed':
    'Cette action n’est pas disponible ici. Rechargez la page et réessayez.',
  'error.too_large': 'Le texte saisi est trop long. Raccourcissez-le et réessayez.',
  'error.unsupported_media_type':
    'Le serveur n’accepte pas ce format. Rechargez la page et réessayez.',
  'error.too_many_attempts': 'Trop de tentatives.',
  'error.internal': 'Une erreur s’est produite sur le serveur. Réessayez dans un instant.',
  'error.busy': 'Le serveur est occupé.',
  'error.store_unavailable': 'Le service est temporairement indisponible.',
  'error.timeout': 'Le serveur a mis trop de temps à répondre. Réessayez.',
  'error.provider_unavailable':
    'Le fournisseur de connexion est injoignable. Rien n’a été modifié. Si cela persiste, contactez votre administrateur.',

  'end.signed_out': 'Vous vous êtes déconnecté.',
  'end.idle': 'Vous avez été déconnecté pour cause d’inactivité.',
  'end.max_age': 'Votre session a atteint sa durée maximale. Connectez-vous à nouveau.',
  'end.revoked': 'Votre session a été fermée depuis un autre appareil ou par un administrateur.',
  'end.password_changed':
    'Votre mot de passe a été modifié. Connectez-vous avec le nouveau mot de passe.',
  'end.factor_changed': 'Votre façon de vous connecter a été modifiée. Connectez-vous à nouveau.',
  'end.user_disabled': 'Votre compte est désactivé. Contactez votre administrateur.',
  'end.provider_logout': 'Votre fournisseur de connexion vous a déconnecté.',
  'end.sign_in_expired':
    'La connexion a duré trop longtemps ou trop de codes étaient incorrects. Recommencez.',

  'failure.unreachable': 'Le serveur est injoignable. Vérifiez votre connexion et réessayez.',
  'failure.wrongAddress': (url) =>
    `Cette page est ouverte à la mauvaise adresse. Ouvrez plutôt celle-ci : ${url}`,
  'failure.cookiesBlocked':
    'Votre navigateur bloque les cookies de cette page. Autorisez-les, puis rechargez la page.',
  'failure.attemptsLeft': (count) =>
    plural(count, {
      one: 'Il vous reste une tentative. Ensuite, vous devrez recommencer.',
      other: 'Il vous reste # tentatives. Ensuite, vous devrez recommencer.',
    }),
  'failure.requestId': (id) =>
    `Si cela se reproduit, communiquez cet identifiant de demande à votre administrateur : ${id}`,
  'wait.mustWait': (time) => `Vous devez attendre ${time}.`,
  'wait.tryAgainIn': (time) => `Réessayez dans ${time}.`,
  'wait.tryAgainNow': 'Vous pouvez réessayer maintenant.',
};

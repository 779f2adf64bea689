import type { errors as english } from '../en/errors';
import { pluralIn } from '../plural';

const plural = pluralIn('fr');

export const errors: typeof english = {
  'error.invalid_request':
    'Le serveur n’a pas pu lire la demande. Vérifiez le formulaire et réessayez.',
  'error.code_invalid':
    'Ce code est incorrect ou a déjà été utilisé. Vérifiez-le et saisissez-le à nouveau, ou attendez le suivant.',
  'error.password_rejected':
    'Ce mot de passe ne peut pas être utilisé. Choisissez-en un plus long et moins courant.',
  'error.password_wrong':
    'Le mot de passe actuel est incorrect. Vérifiez-le et saisissez-le à nouveau.',
  'error.token_invalid':
    'Ce lien reçu par e-mail a expiré ou a déjà été utilisé. Demandez-en un nouveau.',
  'error.not_signed_in': 'Vous n’êtes pas connecté. Connectez-vous d’abord.',
  'error.invalid_credentials':
    'Le nom d’utilisateur ou le mot de passe est incorrect. Vérifiez les deux et réessayez.',
  'error.second_factor_required':
    'Saisissez d’abord le code de votre application d’authentification.',
  'error.enrolment_required': 'Configurez d’abord une application d’authentification.',
  'error.session_ended': 'Votre session est terminée. Connectez-vous à nouveau.',
  'error.csrf_failed': 'Cette page a expiré. Rechargez-la et réessayez.',
  'error.forbidden':
    'Votre compte n’a pas l’autorisation nécessaire. Demandez l’accès à votre administrateur.',
  'error.reauthentication_required':
    'Cette action exige une connexion datant de moins de 10 minutes. Déconnectez-vous, reconnectez-vous, puis réessayez.',
  'error.not_found': 'Cet élément n’existe pas ou a été supprimé. Rechargez la page.',
  'error.no_pending_link':
    'Il n’y a aucune association à confirmer. Recommencez depuis la page de connexion.',
  'error.method_not_allowed':
    'Cette action n’est pas disponible ici. Rechargez la page et réessayez.',
  'error.handle_taken': 'Un autre compte utilise ce nom ou cette adresse. Choisissez-en un autre.',
  'error.identity_in_use':
    'Cette identité est déjà associée à un autre compte. Annulez et demandez à votre administrateur de quel compte il s’agit.',
  'error.link_account_mismatch':
    'L’association concerne un autre compte que celui auquel vous êtes connecté. Déconnectez-vous, puis connectez-vous à cet autre compte.',
  'error.last_way_in':
    'C’est votre seul moyen de connexion ; il ne peut donc pas être dissocié. Configurez d’abord un autre moyen de connexion.',
  'error.factor_required':
    'Votre compte doit avoir un second facteur. Configurez-en un autre avant de supprimer celui-ci.',
  'error.no_pending_enrolment': 'Cette configuration a expiré. Recommencez-la.',
  'error.revision_stale':
    'Les données ont été modifiées entre-temps. Rechargez la page et vérifiez-les.',
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

  'refusal.provider_unknown':
    'Ce fournisseur n’est pas configuré ici. Choisissez un autre moyen de connexion.',
  'refusal.provider_unavailable':
    'Le fournisseur est injoignable. Réessayez dans quelques minutes ou utilisez un autre moyen de connexion.',
  'refusal.provider_error':
    'Le fournisseur a signalé une erreur. Réessayez ; si cela ne suffit pas, contactez votre administrateur.',
  'refusal.provider_response_invalid':
    'La réponse du fournisseur n’était pas valide et n’a pas été utilisée. Réessayez ; si cela ne suffit pas, contactez votre administrateur.',
  'refusal.access_denied':
    'Le fournisseur a refusé l’accès, ou votre organisation ou votre adresse n’est pas acceptée ici. Demandez l’accès à votre administrateur.',
  'refusal.login_cancelled':
    'Vous avez annulé chez le fournisseur. Reconnectez-vous ou choisissez une autre méthode de connexion.',
  'refusal.login_expired':
    'Cette connexion n’est plus valide. Elle a duré trop longtemps, a déjà été utilisée, a commencé dans un autre navigateur ou a été interrompue par votre fournisseur. Recommencez depuis cette page.',
  'refusal.too_many_attempts':
    'Trop de connexions depuis votre réseau ont échoué chez le fournisseur. Réessayez dans dix minutes ou utilisez un autre moyen de connexion.',
  'refusal.signup_not_allowed':
    'Vous n’avez pas de compte ici et ce fournisseur ne peut pas en créer. Demandez un compte à votre administrateur.',
  'refusal.account_disabled':
    'Votre compte est désactivé. Demandez à votre administrateur de le réactiver.',
  'refusal.link_ambiguous':
    'Plusieurs comptes correspondent ; aucun n’a donc été choisi. Demandez à votre administrateur de corriger cela.',
  'refusal.identity_unlinked':
    'Ce fournisseur a été dissocié de votre compte. Connectez-vous autrement, puis associez-le de nouveau sous « Moyens de connexion ».',
  'refusal.link_refused':
    'L’identité est déjà associée à un autre compte, ou vous vous êtes déconnecté avant la fin de l’association. Réessayez depuis votre compte ; si cela ne suffit pas, contactez votre administrateur.',
  'refusal.reauthentication_refused':
    'Le fournisseur ne vous a pas demandé de vous reconnecter, vous y avez utilisé un autre compte, ou vous vous êtes déconnecté. Réessayez et connectez-vous chez le fournisseur ; si cela ne suffit pas, contactez votre administrateur.',

  'end.signed_out': 'Vous vous êtes déconnecté.',
  'end.idle': 'Vous avez été déconnecté pour cause d’inactivité.',
  'end.max_age': 'Votre session a atteint sa durée maximale. Connectez-vous à nouveau.',
  'end.revoked': 'Votre session a été fermée depuis un autre appareil ou par un administrateur.',
  'end.password_changed':
    'Votre mot de passe a été modifié. Connectez-vous avec le nouveau mot de passe.',
  'end.factor_changed': 'Votre second facteur a été modifié. Connectez-vous à nouveau.',
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
      one: 'Il vous reste une tentative. Ensuite, vous devrez recommencer la connexion.',
      other: 'Il vous reste # tentatives. Ensuite, vous devrez recommencer la connexion.',
    }),
  'failure.requestId': (id) =>
    `Si cela se reproduit, communiquez cet identifiant de demande à votre administrateur : ${id}`,
  'wait.mustWait': (time) => `Vous devez attendre ${time}.`,
  'wait.tryAgainIn': (time) => `Réessayez dans ${time}.`,
  'wait.tryAgainNow': 'Vous pouvez réessayer maintenant.',
  'refusal.other': 'Recommencez ; si cela ne suffit pas, contactez votre administrateur.',
  'refusalSignedIn.provider_unknown':
    'Ce fournisseur n’est plus configuré ici. Choisissez-en un autre.',
  'refusalSignedIn.provider_unavailable':
    'Le fournisseur est injoignable. Réessayez dans quelques minutes.',
  'refusalSignedIn.access_denied':
    'Le fournisseur a refusé l’accès, ou votre organisation ou votre adresse n’est pas acceptée ici. Contactez votre administrateur.',
  'refusalSignedIn.login_cancelled':
    'Vous avez annulé chez le fournisseur. Recommencez depuis votre compte.',
  'refusalSignedIn.login_expired':
    'La demande n’est plus valide. Elle a duré trop longtemps, a déjà été utilisée, a commencé dans un autre navigateur ou a été interrompue par votre fournisseur. Recommencez depuis votre compte.',
  'refusalSignedIn.reauthentication_refused':
    'Le fournisseur ne vous a pas authentifié de nouveau, ou vous y avez utilisé un autre compte que celui qui est associé. Réessayez avec le compte associé, ou déconnectez-vous et reconnectez-vous.',
};

import type { refusals as english } from '../en/refusals';

export const refusals: typeof english = {
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

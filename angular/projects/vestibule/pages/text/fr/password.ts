import { isolate } from '../isolate';
import type { password as english } from '../en/password';

export const password: typeof english = {
  'newPassword.label': 'Nouveau mot de passe',
  'newPassword.current': 'Mot de passe actuel',
  'newPassword.length': (min) =>
    `Utilisez au moins ${min} caractères. Plusieurs mots à la suite se retiennent facilement.`,
  'newPassword.enter': 'Saisissez un nouveau mot de passe.',
  'newPassword.enterCurrent': 'Saisissez votre mot de passe actuel.',
  'newPassword.save': 'Enregistrer le nouveau mot de passe',
  'newPassword.saving': 'Enregistrement…',
  'newPassword.too_short': (min) =>
    `Ce mot de passe est trop court. Utilisez au moins ${min} caractères.`,
  'newPassword.too_long': 'Ce mot de passe est trop long. Utilisez-en un plus court.',
  'newPassword.common':
    'Ce mot de passe est très répandu : les attaquants l’essaient en premier. Choisissez-en un autre.',
  'newPassword.breached':
    'Ce mot de passe figure dans une liste de mots de passe volés. Choisissez-en un autre.',
  'newPassword.contains_context':
    'Ce mot de passe contient votre nom, votre adresse ou le nom de ce service. Choisissez-en un sans ces mots.',
  'newPassword.unchanged': 'C’est votre mot de passe actuel. Choisissez-en un autre.',
  'newPassword.not_checked':
    'Le mot de passe ne peut pas être vérifié pour le moment. Réessayez plus tard.',
  'strength.0': 'Robustesse : très faible.',
  'strength.1': 'Robustesse : faible.',
  'strength.2': 'Robustesse : moyenne.',
  'strength.3': 'Robustesse : bonne.',
  'strength.4': 'Robustesse : très bonne.',
  'strength.row_of_keys': 'Une rangée de touches est facile à deviner.',
  'strength.keyboard_pattern': 'Un motif sur le clavier est facile à deviner.',
  'strength.repetition': 'Les répétitions sont faciles à deviner.',
  'strength.common': 'Il ressemble à un mot de passe courant.',
  'strength.sequence': 'Les suites comme « abc » sont faciles à deviner.',
  'strength.year': 'Les années sont faciles à deviner.',
  'strength.date': 'Les dates sont faciles à deviner.',
  'strength.one_word': 'Un seul mot est facile à deviner.',
  'strength.name': 'Des noms seuls sont faciles à deviner.',
  'strength.add_words': 'Ajoutez un ou deux mots peu courants.',
  'strength.capitals_add_little': 'Les majuscules apportent peu.',
  'strength.reversed_words_add_little': 'Les mots inversés apportent peu.',
  'strength.substitutions_add_little': 'Les remplacements comme « @ » pour « a » apportent peu.',
  'strength.avoid_keyboard_patterns': 'Évitez les motifs sur le clavier.',
  'strength.avoid_repetition': 'Évitez les mots et les caractères répétés.',
  'strength.avoid_sequences': 'Évitez les suites.',
  'strength.avoid_dates': 'Évitez les années et les dates.',
  'forgot.title': 'Mot de passe oublié',
  'forgot.help':
    'Saisissez l’adresse e-mail de votre compte. Vous recevrez un message avec un lien pour définir un nouveau mot de passe.',
  'forgot.email': 'Adresse e-mail',
  'forgot.enterEmail': 'Saisissez votre adresse e-mail, par exemple nom@example.org.',
  'forgot.send': 'Envoyer le lien',
  'forgot.sentTitle': 'Consultez vos e-mails',
  'forgot.sent': (email) =>
    `Si un compte a l’adresse ${isolate(email)}, il reçoit un message avec un lien. Le lien est valable 30 minutes.`,
  'forgot.notReceived':
    'Si aucun message n’arrive, vérifiez l’adresse et le dossier de courrier indésirable. Si vous n’avez pas accès à l’adresse, adressez-vous à votre administrateur.',
  'forgot.noMail':
    'Ce service n’envoie pas d’e-mails. Demandez un nouveau mot de passe à votre administrateur.',
  'forgot.noPasswords':
    'Ce service n’a pas de mots de passe. Si vous ne pouvez plus vous connecter, demandez à votre administrateur un lien pour créer une clé d’accès.',
  'forgot.back': 'Retour à la connexion',
  'reset.title': 'Définir un nouveau mot de passe',
  'reset.help':
    'Toutes vos sessions prendront fin. Connectez-vous ensuite avec le nouveau mot de passe et, si vous en avez un, avec votre second facteur.',
  'reset.done': 'Toutes vos sessions ont pris fin. Connectez-vous avec le nouveau mot de passe.',
  'reset.expired': 'Il a déjà été utilisé ou date de plus de 30 minutes. Demandez un nouveau lien.',
  'reset.requestNew': 'Demander un nouveau lien',
  'reset.passkeyTitle': 'Créer une clé d’accès',
  'reset.passkeyHelp':
    'Désormais, vous vous connectez avec elle : avec votre empreinte digitale, votre visage ou le verrouillage d’écran de cet appareil, ou avec une clé de sécurité. Toutes vos sessions prendront fin.',
  'reset.passkeyDoneTitle': 'Votre clé d’accès est créée',
  'reset.passkeyDone': 'Toutes vos sessions ont pris fin. Connectez-vous avec la clé d’accès.',
  'reset.passkeyExpired':
    'Il a déjà été utilisé ou il est trop ancien. Demandez un nouveau lien à votre administrateur.',
  'changePassword.title': 'Changer votre mot de passe',
  'changePassword.required':
    'Votre compte a besoin d’un nouveau mot de passe pour que vous puissiez continuer.',
  'changePassword.effect': 'Vos autres sessions prendront fin à l’enregistrement.',
  'changePassword.noPassword':
    'Votre compte n’a pas de mot de passe. Vous vous connectez chez un fournisseur.',
  'changePassword.notOffered':
    'Ce service n’a pas de mots de passe. Vous vous connectez avec une clé d’accès ou chez un fournisseur.',
  'changePassword.setTitle': 'Définir un mot de passe',
  'changePassword.setEffect': 'Vous pourrez aussi vous connecter sans votre fournisseur.',
  'changePassword.doneTitle': 'Votre mot de passe a été changé',
  'changePassword.done': 'Vos autres sessions ont pris fin.',
};

import { isolate } from '@vestibule/angular/console';
import type { CreateTexts } from '../create';

const french: CreateTexts = {
  title: 'Créer un utilisateur',
  help: 'L’utilisateur se connecte avec le nom d’utilisateur, ou avec un fournisseur qui envoie la même adresse vérifiée.',
  helpNoPasswords:
    'L’utilisateur se connecte avec une clé d’accès, ou avec un fournisseur qui envoie la même adresse vérifiée.',
  emailVerifiedHelp: 'Adresse vérifiée : vous savez que l’utilisateur y lit son courrier',
  rolesHelp: 'Séparez les rôles par des virgules, ou laissez le champ vide.',
  access: 'Comment l’utilisateur obtient l’accès',
  ways: {
    'invite-mail': 'Envoyer une invitation par courriel',
    'invite-link': 'Afficher un lien à transmettre',
    'generated-password': 'Générer un mot de passe, que l’utilisateur doit changer',
    none: 'Aucun mot de passe : l’utilisateur se connecte avec un fournisseur',
  },
  noLink: 'Aucun lien : l’utilisateur se connecte avec un fournisseur',
  mailNeedsAddress: 'Une invitation par courriel a besoin d’une adresse.',
  taken: 'Un autre utilisateur a cette valeur. Choisissez-en une autre.',
  submit: 'Créer l’utilisateur',
  created: (name) => `L’utilisateur ${isolate(name)} a été créé.`,
  mailSent: 'L’invitation est en route.',
  inviteUrl:
    'Transmettez ce lien à l’utilisateur. Il n’est affiché que maintenant et sert une seule fois.',
  generatedPassword:
    'Transmettez ce mot de passe à l’utilisateur. Il n’est affiché que maintenant et doit être changé à la première connexion.',
  openUser: 'Ouvrir l’utilisateur',
  another: 'Créer un autre utilisateur',
};

export default french;

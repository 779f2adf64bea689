import { pluralIn } from '@vestibule/angular/console';
import type { UsersTexts } from '../users';

const plural = pluralIn('fr');

const french: UsersTexts = {
  title: 'Utilisateurs',
  create: 'Créer un utilisateur',
  search: 'Nom, nom d’utilisateur, adresse ou ID',
  status: 'État',
  statuses: { active: 'Actif', disabled: 'Désactivé', quarantined: 'En quarantaine' },
  provider: 'Fournisseur',
  role: 'Rôle',
  secondFactor: 'Second facteur',
  locked: 'Verrouillé',
  order: 'Ordre',
  orders: {
    username: ['Nom d’utilisateur, de A à Z', 'Nom d’utilisateur, de Z à A'],
    email: ['Adresse, de A à Z', 'Adresse, de Z à A'],
    createdAt: ['Compte le plus ancien d’abord', 'Compte le plus récent d’abord'],
    lastLoginAt: ['Connexion la plus ancienne d’abord', 'Dernière connexion d’abord'],
  },
  count: (count) => plural(count, { one: '# utilisateur', other: '# utilisateurs' }),
  countOfPage: (count) =>
    plural(count, {
      one: '# utilisateur sur cette page',
      other: '# utilisateurs sur cette page',
    }),
  noUsers: 'Aucun utilisateur ne correspond. Modifiez ou effacez les filtres.',
  caption: 'Utilisateurs qui correspondent aux filtres',
  user: 'Utilisateur',
  methods: 'Moyens de connexion',
  password: 'Mot de passe',
  roles: 'Rôles',
  lastLogin: 'Dernière connexion',
  lockedUntil: (time) => `Verrouillé jusqu’au ${time}`,
  deletedAt: (time) => `Sera supprimé le ${time}`,
  secondFactorOn: 'Activé',
  secondFactorOff: 'Désactivé',
  factors: {
    passkey: 'Clé d’accès',
    totp: 'Application',
    smsCode: 'SMS',
    emailCode: 'E-mail',
    recoveryCode: 'Codes de récupération',
  },
};

export default french;

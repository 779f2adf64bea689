import type { security as english } from '../en/security';
import { isolate } from '../isolate';
import { pluralIn } from '../plural';

const plural = pluralIn('fr');

export const security: typeof english = {
  'password.help': 'Une modification met fin à vos sessions sur tous les autres appareils.',
  'password.change': 'Modifier le mot de passe',
  'password.none':
    'Aucun. Avec un mot de passe, vous pouvez aussi vous connecter sans votre fournisseur.',
  'password.set': 'Définir un mot de passe',
  'authenticators.title': 'Applications d’authentification',
  'authenticators.none':
    'Aucune. Une application protège votre compte si votre mot de passe est volé : chaque connexion demande alors son code.',
  'authenticators.noneNoPassword':
    'Aucune. Avec une application, chaque connexion chez un fournisseur demande aussi son code.',
  'authenticators.added': (date) => `ajoutée le ${date}`,
  'authenticators.notUsed': 'pas encore utilisée pour se connecter',
  'authenticators.add': 'Ajouter une application d’authentification',
  'authenticators.name': 'Nom de l’application',
  'authenticators.rename': 'Renommer',
  'authenticators.renameNamed': (name) => `Renommer ${name}`,
  'authenticators.renamed': (name) => `L’application s’appelle maintenant ${isolate(name)}.`,
  'authenticators.remove': 'Supprimer',
  'authenticators.removeNamed': (name) => `Supprimer ${name}`,
  'authenticators.removeOne': (name) =>
    `Supprimer ${isolate(name)} ? Ses codes ne fonctionnent plus. Vous utilisez ensuite votre autre second facteur. Vos sessions sur d’autres appareils prennent fin.`,
  'authenticators.removeOnly': (name) =>
    `Supprimer ${isolate(name)} ? C’est votre seul second facteur. Ensuite, aucun code ne protège votre compte, et vos codes de récupération ne fonctionnent plus. Vos sessions sur d’autres appareils prennent fin.`,
  'authenticators.removed': (name) => `${isolate(name)} est supprimée.`,
  'codes.title': 'Codes de récupération',
  'codes.help':
    'Chaque code vous connecte une fois si vous ne pouvez pas utiliser votre second facteur.',
  'codes.left': (count) => plural(count, { one: 'Il reste # code.', other: 'Il reste # codes.' }),
  'codes.few': 'Créez-en de nouveaux avant d’en avoir besoin.',
  'codes.createdAt': (date) => `créés le ${date}`,
  'codes.replace': 'Créer de nouveaux codes',
  'codes.replaceQuestion':
    'Créer de nouveaux codes de récupération ? Les anciens ne fonctionnent plus.',
  'codes.createQuestion':
    'Créer des codes de récupération ? Ils ne sont affichés qu’une fois : préparez-vous à les enregistrer.',
  'codes.replaced': 'Vos nouveaux codes de récupération sont valables.',
  'devices.title': 'Vos appareils',
  'devices.help': 'Navigateurs avec lesquels vous vous êtes déjà connecté.',
  'devices.trustHelp': (count) =>
    plural(count, {
      one: 'Navigateurs avec lesquels vous vous êtes déjà connecté. Un appareil de confiance ne demande pas le second facteur pendant # jour.',
      other:
        'Navigateurs avec lesquels vous vous êtes déjà connecté. Un appareil de confiance ne demande pas le second facteur pendant # jours.',
    }),
  'devices.current': 'cet appareil',
  'devices.lastSeen': (date) => `dernière connexion le ${date}`,
  'devices.firstSeen': (date) => `première connexion le ${date}`,
  'devices.trustedUntil': (date) => `de confiance jusqu’au ${date} : second facteur non demandé`,
  'devices.forget': 'Oublier',
  'devices.forgetNamed': (name) => `Oublier ${name}`,
  'devices.forgetQuestion': (name) =>
    `Oublier ${name} ? Sa prochaine connexion demande le second facteur et compte comme celle d’un nouvel appareil. Une session qui y a été ouverte sans second facteur le demande aussitôt.`,
  'devices.forgotten': (name) => `${name} est oublié.`,
  'device.on': (browser, system) => `${browser} sur ${system}`,
  'device.unknown': 'Appareil inconnu',
};

import type { sessions as english } from '../en/sessions';
import { isolate } from '../isolate';
import { pluralIn } from '../plural';

const plural = pluralIn('fr');

export const sessions: typeof english = {
  'sessions.list': 'Où vous êtes connecté',
  'sessions.help':
    'Mettez fin à une session que vous ne reconnaissez pas, puis modifiez votre mot de passe.',
  'sessions.current': 'cette session',
  'sessions.signedInWith': (method) => `Connexion avec : ${method}`,
  'sessions.network': (network) => `Adresse réseau : ${isolate(network)}`,
  'sessions.lastSeen': (date) => `Dernière activité : ${date}`,
  'sessions.started': (date) => `Début : ${date}`,
  'sessions.endsAt': (date) => `Prend fin au plus tard : ${date}`,
  'sessions.end': 'Mettre fin',
  'sessions.endNamed': (name) => `Mettre fin : ${name}`,
  'sessions.endQuestion': (name) =>
    `Mettre fin à la session dans ${name} ? Ce navigateur doit se reconnecter. Les saisies non enregistrées peuvent y être perdues.`,
  'sessions.ended': (name) => `La session dans ${name} a pris fin.`,
  'sessions.endOthers': 'Mettre fin à toutes les autres sessions',
  'sessions.endOthersQuestion': (count) =>
    plural(count, {
      one: 'Mettre fin à l’autre session ? Ce navigateur doit se reconnecter.',
      other: 'Mettre fin aux # autres sessions ? Ces navigateurs doivent se reconnecter.',
    }),
  'sessions.endedOthers': (count) =>
    plural(count, { one: '# autre session a pris fin.', other: '# autres sessions ont pris fin.' }),
  'sessions.refresh': 'Actualiser la liste',
  'export.title': 'Exporter vos données',
  'export.help':
    'Un fichier JSON avec tout ce qui est enregistré sur vous : profil, moyens de connexion, appareils, sessions et activité. Il ne contient ni mot de passe ni clé.',
  'export.download': 'Télécharger',
  'deletion.title': 'Supprimer votre compte',
  'deletion.help':
    'Votre compte et tout ce qui est enregistré sur vous sont supprimés après 7 jours. Vos sessions sur d’autres appareils prennent fin aussitôt. D’ici là, vous pouvez vous connecter et garder votre compte.',
  'deletion.start': 'Supprimer le compte',
  'deletion.type': (phrase) => `Pour confirmer, saisissez ${isolate(phrase)}`,
  'deletion.wrong': (phrase) => `Saisissez exactement ${isolate(phrase)}, ou annulez.`,
  'deletion.confirm': 'Supprimer mon compte',
  'deletion.pending': (date) => `Votre compte sera supprimé le ${date}.`,
  'deletion.bannerLabel': 'Suppression de votre compte',
  'deletion.banner': (date) =>
    `Votre compte sera supprimé le ${date}. D’ici là, vous pouvez le garder.`,
  'deletion.keep': 'Garder mon compte',
  'deletion.kept': 'Votre compte est conservé.',
};

import type { passkeys as english } from '../en/passkeys';
import { isolate } from '../isolate';

export const passkeys: typeof english = {
  'passkey.title': 'Clé d’accès',
  'passkey.explanation':
    'Vous vous connectez avec l’empreinte digitale, le visage ou le verrouillage d’écran de votre appareil, ou avec une clé de sécurité. Une page falsifiée ne peut pas utiliser votre clé d’accès.',
  'passkey.create': 'Créer une clé d’accès',
  'passkey.help':
    'Utilisez votre clé d’accès : avec l’empreinte digitale, le visage ou le verrouillage d’écran de votre appareil, ou avec une clé de sécurité.',
  'passkey.use': 'Utiliser votre clé d’accès',
  'passkey.follow': 'Suivez les étapes que votre navigateur affiche.',
  'passkey.cancelled':
    'Aucune clé d’accès n’a été utilisée : vous avez annulé, ou le temps était écoulé.',
  'passkey.notCreated':
    'Aucune clé d’accès n’a été créée : vous avez annulé, le temps était écoulé, ou l’appareil ne peut pas vérifier qui l’utilise. Utilisez un appareil avec un verrouillage d’écran ou un code PIN.',
  'passkey.registered':
    'Cet appareil a déjà une clé d’accès pour votre compte. Utilisez celle-ci, ou un autre appareil ou une autre clé de sécurité.',
  'passkey.wrongHost':
    'Les clés d’accès ne fonctionnent pas à cette adresse. Ouvrez l’adresse que votre organisation vous a donnée.',
  'passkey.unsupported':
    'Ce navigateur ne peut pas utiliser de clé d’accès ici. Utilisez un autre navigateur, un autre appareil ou une autre méthode de connexion.',
  'passkey.failed':
    'La clé d’accès n’a pas pu être utilisée. Réessayez, ou utilisez une autre méthode.',
  'passkey.doneTitle': 'Votre clé d’accès est configurée',
  'passkey.done': 'Désormais, vous pouvez l’utiliser pour vous connecter.',
  'secondFactor.usePasskey': 'Utiliser une clé d’accès',
  'enrol.chooseTitle': 'Configurer un second facteur',
  'enrol.requiredChoice':
    'Votre compte exige un second facteur. Configurez une clé d’accès ou une application d’authentification pour continuer.',
  'enrol.appTitle': 'Application d’authentification',
  'passkeys.title': 'Clés d’accès',
  'passkeys.help': 'Avec une clé d’accès, vous vous connectez sans rien saisir.',
  'passkeys.none':
    'Aucune. Avec une clé d’accès, vous vous connectez avec l’empreinte digitale, le visage ou le verrouillage d’écran de votre appareil, ou avec une clé de sécurité.',
  'passkeys.add': 'Ajouter une clé d’accès',
  'passkeys.added': (name) => `${isolate(name)} est ajoutée.`,
  'passkeys.name': 'Nom de la clé d’accès',
  'passkeys.renamed': (name) => `La clé d’accès s’appelle maintenant ${isolate(name)}.`,
  'passkeys.synced': 'synchronisée : sur tous les appareils de votre gestionnaire de mots de passe',
  'passkeys.deviceBound': 'sur un seul appareil ou une seule clé de sécurité',
  'passkeys.alone': 'vous connecte sans mot de passe',
  'passkeys.factorOnly': 'seulement comme second facteur, après une autre méthode de connexion',
  'passkeys.removeOne': (name) =>
    `Supprimer ${isolate(name)} ? Vous ne pourrez plus vous connecter avec elle. Supprimez-la aussi de votre appareil ou de votre gestionnaire de mots de passe. Vos sessions sur d’autres appareils prennent fin.`,
  'passkeys.removeOnly': (name) =>
    `Supprimer ${isolate(name)} ? C’est votre seul second facteur. Ensuite, votre autre méthode de connexion suffit à elle seule pour ouvrir votre compte, et vos codes de récupération ne fonctionnent plus. Vos sessions sur d’autres appareils prennent fin.`,
  'passkeys.removeLast': (name) =>
    `Supprimer ${isolate(name)} ? C’est votre seul moyen de connexion, vous ne pouvez donc pas la supprimer. Ajoutez d’abord une autre clé d’accès.`,
  'passkeys.addSecond':
    'Cette clé d’accès est votre seul moyen de connexion. Ajoutez-en une deuxième, sur un autre appareil ou une clé de sécurité : si vous perdez la seule, un administrateur devra vous aider.',
  'offer.title': 'Connectez-vous plus vite la prochaine fois',
  'offer.text':
    'Créez une clé d’accès sur cet appareil. La prochaine fois, vous vous connectez avec l’empreinte digitale, le visage ou le verrouillage d’écran.',
  'offer.notNow': 'Pas maintenant',
};

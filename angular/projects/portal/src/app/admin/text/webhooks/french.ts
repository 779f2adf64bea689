import type { WebhooksTexts } from '../webhooks';

const french: WebhooksTexts = {
  title: 'Webhooks',
  intro:
    'Les destinataires des messages signés sur les modifications d’utilisateurs, et les messages qui leur sont envoyés.',
  none: 'Aucun webhook n’est configuré. VESTIBULE_WEBHOOKS nomme les webhooks.',
  events: 'Messages',
  pending: 'En attente',
  failed: 'Abandonnés',
  lastDelivered: 'Dernière remise',
  lastError: 'Dernière erreur',
  never: 'jamais',
  test: 'Envoyer un message de test',
  testOf: (name) => `Envoyer un message de test : ${name}`,
  testHelp: 'Un message signé qui ne concerne aucun utilisateur est envoyé aussitôt.',
  accepted: (status, millis) =>
    `Le destinataire a accepté le message de test : statut ${status}, ${millis} ms.`,
  refused: (error, millis) =>
    `Le destinataire n’a pas accepté le message de test : ${error}, ${millis} ms.`,
  mayNot: 'Seul le rôle admin peut envoyer des messages.',
  deliveries: 'Remises',
  webhook: 'Webhook',
  state: 'État',
  states: { pending: 'En attente', delivered: 'Remis', failed: 'Abandonné' },
  message: 'Message',
  user: 'Utilisateur',
  created: 'Créé',
  attempts: 'Essais',
  result: 'Résultat',
  status: (status) => `Statut ${status}`,
  deliveredAt: (time) => `Remis : ${time}`,
  failedAt: (time) => `Abandonné : ${time}`,
  nextAttempt: (time) => `Prochain essai : ${time}`,
  noDelivery: 'Aucune remise ne correspond.',
  acts: 'Actions',
  event: 'Événement d’audit',
  replay: 'Renvoyer',
  replayOf: (type, webhook) => `Renvoyer : ${type}, ${webhook}`,
  replayHelp:
    'Le message garde le même identifiant et reçoit les données actuelles de l’utilisateur. Un destinataire qui a déjà traité l’identifiant l’ignore.',
  replayed: 'Le message est de nouveau dans la file.',
};

export default french;

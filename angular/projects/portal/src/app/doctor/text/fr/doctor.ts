import { DoctorTexts } from '../texts';

export const french: DoctorTexts = {
  title: 'Diagnostic',
  intro:
    'Cette page appelle le service comme votre navigateur : cookies, jeton CSRF, flux d’événements, cache et ce que le proxy envoie.',
  running: 'Les vérifications sont en cours…',
  good: 'Aucun problème n’a été trouvé depuis ce navigateur.',
  again: 'Relancer les vérifications',
  proof: 'Confirmez votre second facteur pour lancer les vérifications.',
  toProof: 'Confirmer maintenant',
  failed: 'Les vérifications n’ont pas pu être lancées. Réessayez.',
  toChange: 'Ce qu’il faut changer :',
  more: 'La commande « vestibule doctor » vérifie aussi les réglages, la base de données, les fournisseurs et la messagerie.',
  severity: { error: 'Erreur', warning: 'Avertissement', note: 'Remarque' },
  findings: {
    api_cached: {
      problem:
        'Le proxy répond depuis un cache. Un utilisateur peut recevoir la réponse d’un autre.',
      fix: 'Ne mettez pas en cache les chemins sous /api. nginx : supprimez proxy_cache et proxy_ignore_headers Cache-Control.',
    },
    cookie_lost: {
      problem: 'Un cookie ne revient pas. Chaque connexion est perdue à la requête suivante.',
      fix: 'Le proxy doit transmettre Set-Cookie et Cookie. Ouvrez le service à l’adresse VESTIBULE_PUBLIC_URL.',
    },
    csrf_refused: {
      problem: 'Une modification avec un jeton CSRF est refusée.',
      fix: 'Le proxy doit transmettre sans changement les requêtes POST et les en-têtes X-XSRF-TOKEN et Cookie.',
    },
    forwarded_for_missing: {
      problem:
        'Le proxy n’envoie pas l’adresse de l’utilisateur. Les échecs d’un utilisateur bloquent tous les autres.',
      fix: 'Envoyez X-Forwarded-For. nginx : proxy_set_header X-Forwarded-For $remote_addr;',
    },
    forwarded_proto_missing: {
      problem:
        'Le proxy n’envoie pas le schéma. L’authentification par le proxy ne peut pas ramener les utilisateurs à leur page.',
      fix: 'Envoyez X-Forwarded-Proto. nginx : proxy_set_header X-Forwarded-Proto $scheme;',
    },
    host_rewritten: {
      problem:
        'Le proxy change l’hôte. L’authentification par le proxy ramène les utilisateurs à une mauvaise adresse.',
      fix: 'nginx : proxy_set_header Host $http_host; ou donnez à VESTIBULE_PUBLIC_URL l’hôte que les utilisateurs ouvrent.',
    },
    origin_refused: {
      problem: 'Le service n’accepte pas les requêtes de l’adresse de cette page.',
      fix: 'Donnez à VESTIBULE_PUBLIC_URL l’adresse que les utilisateurs ouvrent, ou ajoutez son origine à VESTIBULE_ALLOWED_ORIGINS.',
    },
    prefix_stripped: {
      problem: 'Le proxy supprime le chemin de l’URL publique.',
      fix: 'nginx : écrivez proxy_pass sans chemin, pour que le chemin de VESTIBULE_PUBLIC_URL atteigne le service.',
    },
    proxy_not_trusted: {
      problem:
        'Le proxy n’est pas reconnu comme fiable. Les échecs d’un utilisateur bloquent tous les autres.',
      fix: 'Ajoutez l’adresse du proxy à VESTIBULE_TRUSTED_PROXIES.',
    },
    public_url_elsewhere: {
      problem: 'Un autre programme répond à la place du service.',
      fix: 'Le proxy doit transmettre tous les chemins sous VESTIBULE_PUBLIC_URL à VESTIBULE_LISTEN.',
    },
    scheme_differs: {
      problem: 'Le proxy indique un autre schéma que celui de l’URL publique.',
      fix: 'Redirigez http vers https et envoyez X-Forwarded-Proto avec le schéma de VESTIBULE_PUBLIC_URL.',
    },
    stream_buffered: {
      problem:
        'Les événements arrivent en retard : le proxy les retient. Les autres onglets apprennent tard la fin d’une session.',
      fix: 'nginx : écrivez proxy_buffering off; et supprimez proxy_ignore_headers X-Accel-Buffering.',
    },
  },
};

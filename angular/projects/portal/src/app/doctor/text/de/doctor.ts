import { DoctorTexts } from '../texts';

export const german: DoctorTexts = {
  title: 'Diagnose',
  intro:
    'Diese Seite ruft den Dienst so auf wie Ihr Browser: Cookies, CSRF-Token, Ereignisstrom, Zwischenspeicher und das, was der Proxy sendet.',
  running: 'Die Prüfungen laufen…',
  good: 'Von diesem Browser aus wurde kein Problem gefunden.',
  again: 'Prüfungen wiederholen',
  proof: 'Bestätigen Sie Ihren zweiten Faktor, um die Prüfungen zu starten.',
  toProof: 'Jetzt bestätigen',
  failed: 'Die Prüfungen konnten nicht laufen. Versuchen Sie es noch einmal.',
  toChange: 'Was zu ändern ist:',
  more: 'Der Befehl „vestibule doctor“ prüft auch Einstellungen, Datenbank, Anbieter und E-Mail.',
  severity: { error: 'Fehler', warning: 'Warnung', note: 'Hinweis' },
  findings: {
    api_cached: {
      problem:
        'Der Proxy antwortet aus einem Zwischenspeicher. Ein Nutzer kann die Antwort eines anderen erhalten.',
      fix: 'Pfade unter /api nicht zwischenspeichern. nginx: proxy_cache und proxy_ignore_headers Cache-Control entfernen.',
    },
    cookie_lost: {
      problem:
        'Ein Cookie kommt nicht zurück. Jede Anmeldung geht bei der nächsten Anfrage verloren.',
      fix: 'Der Proxy muss Set-Cookie und Cookie weitergeben. Öffnen Sie den Dienst unter VESTIBULE_PUBLIC_URL.',
    },
    csrf_refused: {
      problem: 'Eine Änderung mit CSRF-Token wird abgelehnt.',
      fix: 'Der Proxy muss POST-Anfragen und die Header X-XSRF-TOKEN und Cookie unverändert weitergeben.',
    },
    forwarded_for_missing: {
      problem:
        'Der Proxy sendet die Adresse des Nutzers nicht. Fehlversuche eines Nutzers sperren alle aus.',
      fix: 'X-Forwarded-For senden. nginx: proxy_set_header X-Forwarded-For $remote_addr;',
    },
    forwarded_proto_missing: {
      problem:
        'Der Proxy sendet das Schema nicht. Forward-Authentifizierung kann Nutzer nicht auf ihre Seite zurückführen.',
      fix: 'X-Forwarded-Proto senden. nginx: proxy_set_header X-Forwarded-Proto $scheme;',
    },
    host_rewritten: {
      problem:
        'Der Proxy ändert den Host. Forward-Authentifizierung führt Nutzer an eine falsche Adresse zurück.',
      fix: 'nginx: proxy_set_header Host $http_host; oder VESTIBULE_PUBLIC_URL auf den Host setzen, den Nutzer öffnen.',
    },
    origin_refused: {
      problem: 'Der Dienst nimmt keine Anfragen von der Adresse dieser Seite an.',
      fix: 'VESTIBULE_PUBLIC_URL auf die Adresse setzen, die Nutzer öffnen, oder ihren Ursprung in VESTIBULE_ALLOWED_ORIGINS aufnehmen.',
    },
    prefix_stripped: {
      problem: 'Der Proxy entfernt den Pfad der öffentlichen URL.',
      fix: 'nginx: proxy_pass ohne Pfad schreiben, damit der Pfad aus VESTIBULE_PUBLIC_URL den Dienst erreicht.',
    },
    proxy_not_trusted: {
      problem: 'Der Proxy ist nicht vertrauenswürdig. Fehlversuche eines Nutzers sperren alle aus.',
      fix: 'Die Adresse des Proxys in VESTIBULE_TRUSTED_PROXIES aufnehmen.',
    },
    public_url_elsewhere: {
      problem: 'Ein anderes Programm antwortet anstelle des Dienstes.',
      fix: 'Der Proxy muss alle Pfade unter VESTIBULE_PUBLIC_URL an VESTIBULE_LISTEN weiterleiten.',
    },
    scheme_differs: {
      problem: 'Der Proxy meldet ein anderes Schema als die öffentliche URL.',
      fix: 'http auf https umleiten und X-Forwarded-Proto mit dem Schema aus VESTIBULE_PUBLIC_URL senden.',
    },
    stream_buffered: {
      problem:
        'Ereignisse kommen verspätet an: Der Proxy hält sie zurück. Andere Tabs erfahren spät vom Ende einer Sitzung.',
      fix: 'nginx: proxy_buffering off; schreiben und proxy_ignore_headers X-Accel-Buffering entfernen.',
    },
  },
};

import { DoctorTexts } from '../texts';

export const english: DoctorTexts = {
  title: 'Doctor',
  intro:
    'This page opens the service as your browser does: cookies, CSRF token, event stream, cache, and what the proxy sends.',
  running: 'The checks are running…',
  good: 'No problem was found from this browser.',
  again: 'Run the checks again',
  proof: 'Confirm your second factor to run the checks.',
  toProof: 'Confirm now',
  failed: 'The checks could not run. Try again.',
  toChange: 'What to change:',
  more: 'The command “vestibule doctor” also checks settings, database, providers and mail.',
  severity: { error: 'Error', warning: 'Warning', note: 'Note' },
  findings: {
    api_cached: {
      problem: 'The proxy answers from a cache. One user can get the answer of another user.',
      fix: 'Do not cache paths below /api. nginx: remove proxy_cache and proxy_ignore_headers Cache-Control.',
    },
    cookie_lost: {
      problem: 'A cookie does not come back. Each sign-in is lost at the next request.',
      fix: 'Let the proxy pass Set-Cookie and Cookie on, and open the service at VESTIBULE_PUBLIC_URL.',
    },
    csrf_refused: {
      problem: 'A change with a CSRF token is refused.',
      fix: 'Let the proxy pass POST requests and the headers X-XSRF-TOKEN and Cookie on unchanged.',
    },
    forwarded_for_missing: {
      problem:
        'The proxy does not send the address of the user. Failed sign-ins of one user lock out all users.',
      fix: 'Send X-Forwarded-For. nginx: proxy_set_header X-Forwarded-For $remote_addr;',
    },
    forwarded_proto_missing: {
      problem:
        'The proxy does not send the scheme. Forward authentication cannot return users to their page.',
      fix: 'Send X-Forwarded-Proto. nginx: proxy_set_header X-Forwarded-Proto $scheme;',
    },
    host_rewritten: {
      problem:
        'The proxy changes the host. Forward authentication returns users to a wrong address.',
      fix: 'nginx: proxy_set_header Host $http_host; or set VESTIBULE_PUBLIC_URL to the host that users open.',
    },
    origin_refused: {
      problem: 'The service does not accept requests from the address of this page.',
      fix: 'Set VESTIBULE_PUBLIC_URL to the address that users open, or add its origin to VESTIBULE_ALLOWED_ORIGINS.',
    },
    prefix_stripped: {
      problem: 'The proxy removes the path of the public URL.',
      fix: 'nginx: write proxy_pass without a path, so that the path of VESTIBULE_PUBLIC_URL reaches the service.',
    },
    proxy_not_trusted: {
      problem: 'The proxy is not trusted. Failed sign-ins of one user lock out all users.',
      fix: 'Add the address of the proxy to VESTIBULE_TRUSTED_PROXIES.',
    },
    public_url_elsewhere: {
      problem: 'Another program answers in place of the service.',
      fix: 'Let the proxy forward all paths below VESTIBULE_PUBLIC_URL to VESTIBULE_LISTEN.',
    },
    scheme_differs: {
      problem: 'The proxy reports another scheme than the public URL has.',
      fix: 'Redirect http to https, and send X-Forwarded-Proto with the scheme of VESTIBULE_PUBLIC_URL.',
    },
    stream_buffered: {
      problem:
        'Events arrive late: the proxy holds them. Other tabs learn late that a session has ended.',
      fix: 'nginx: write proxy_buffering off; and remove proxy_ignore_headers X-Accel-Buffering.',
    },
  },
};

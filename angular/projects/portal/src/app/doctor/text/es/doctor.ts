import { DoctorTexts } from '../texts';

export const spanish: DoctorTexts = {
  title: 'Diagnóstico',
  intro:
    'Esta página llama al servicio como su navegador: cookies, token CSRF, flujo de eventos, caché y lo que envía el proxy.',
  running: 'Las comprobaciones están en curso…',
  good: 'No se encontró ningún problema desde este navegador.',
  again: 'Repetir las comprobaciones',
  proof: 'Confirme su segundo factor para iniciar las comprobaciones.',
  toProof: 'Confirmar ahora',
  failed: 'No se pudieron ejecutar las comprobaciones. Inténtelo de nuevo.',
  toChange: 'Qué hay que cambiar:',
  more: 'La orden «vestibule doctor» también comprueba los ajustes, la base de datos, los proveedores y el correo.',
  severity: { error: 'Error', warning: 'Advertencia', note: 'Nota' },
  findings: {
    api_cached: {
      problem: 'El proxy responde desde una caché. Un usuario puede recibir la respuesta de otro.',
      fix: 'No guarde en caché las rutas bajo /api. nginx: quite proxy_cache y proxy_ignore_headers Cache-Control.',
    },
    cookie_lost: {
      problem: 'Una cookie no vuelve. Cada inicio de sesión se pierde en la petición siguiente.',
      fix: 'El proxy debe pasar Set-Cookie y Cookie. Abra el servicio en VESTIBULE_PUBLIC_URL.',
    },
    csrf_refused: {
      problem: 'Se rechaza un cambio con un token CSRF.',
      fix: 'El proxy debe pasar sin cambios las peticiones POST y las cabeceras X-XSRF-TOKEN y Cookie.',
    },
    forwarded_for_missing: {
      problem:
        'El proxy no envía la dirección del usuario. Los intentos fallidos de un usuario bloquean a todos.',
      fix: 'Envíe X-Forwarded-For. nginx: proxy_set_header X-Forwarded-For $remote_addr;',
    },
    forwarded_proto_missing: {
      problem:
        'El proxy no envía el esquema. La autenticación en el proxy no puede devolver a los usuarios a su página.',
      fix: 'Envíe X-Forwarded-Proto. nginx: proxy_set_header X-Forwarded-Proto $scheme;',
    },
    host_rewritten: {
      problem:
        'El proxy cambia el host. La autenticación en el proxy devuelve a los usuarios a una dirección equivocada.',
      fix: 'nginx: proxy_set_header Host $http_host; o ponga en VESTIBULE_PUBLIC_URL el host que abren los usuarios.',
    },
    origin_refused: {
      problem: 'El servicio no acepta peticiones de la dirección de esta página.',
      fix: 'Ponga en VESTIBULE_PUBLIC_URL la dirección que abren los usuarios, o añada su origen a VESTIBULE_ALLOWED_ORIGINS.',
    },
    prefix_stripped: {
      problem: 'El proxy quita la ruta de la URL pública.',
      fix: 'nginx: escriba proxy_pass sin ruta, para que la ruta de VESTIBULE_PUBLIC_URL llegue al servicio.',
    },
    proxy_not_trusted: {
      problem: 'El proxy no es de confianza. Los intentos fallidos de un usuario bloquean a todos.',
      fix: 'Añada la dirección del proxy a VESTIBULE_TRUSTED_PROXIES.',
    },
    public_url_elsewhere: {
      problem: 'Otro programa responde en lugar del servicio.',
      fix: 'El proxy debe reenviar todas las rutas bajo VESTIBULE_PUBLIC_URL a VESTIBULE_LISTEN.',
    },
    scheme_differs: {
      problem: 'El proxy indica otro esquema que el de la URL pública.',
      fix: 'Redirija http a https y envíe X-Forwarded-Proto con el esquema de VESTIBULE_PUBLIC_URL.',
    },
    stream_buffered: {
      problem:
        'Los eventos llegan tarde: el proxy los retiene. Otras pestañas se enteran tarde del fin de una sesión.',
      fix: 'nginx: escriba proxy_buffering off; y quite proxy_ignore_headers X-Accel-Buffering.',
    },
  },
};

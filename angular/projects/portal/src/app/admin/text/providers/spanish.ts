import { pluralIn } from '@vestibule/angular/console';
import type { ProvidersTexts } from '../providers';

const plural = pluralIn('es');

const spanish: ProvidersTexts = {
  title: 'Proveedores y ajustes',
  intro:
    'Los proveedores con los que los usuarios pueden iniciar sesión, y los ajustes que usa el servicio.',
  none: 'No hay ningún proveedor configurado. VESTIBULE_PROVIDERS nombra los proveedores.',
  available: 'Disponible',
  unavailable: 'No disponible',
  name: 'Nombre',
  kind: 'Tipo',
  issuer: 'Emisor',
  redirectUri: 'URI de redirección, para registrarla en el proveedor',
  problem: 'Último error',
  settings: 'Ajustes',
  settingsOf: (provider) => `Ajustes de ${provider}`,
  setting: 'Ajuste',
  value: 'Valor',
  origin: 'Origen',
  secret: 'secreto, no se muestra',
  notSet: 'sin definir',
  origins: { environment: 'entorno', file: 'archivo', default: 'valor por defecto' },
  allSettings: 'Todos los ajustes del servicio',
  allSettingsHelp: 'Como los imprime «vestibule check --json». Los secretos nunca se muestran.',
  test: 'Probar la conexión',
  testOf: (provider) => `Probar la conexión: ${provider}`,
  testing: 'Probando…',
  testHelp: 'El servicio pide los documentos del proveedor. Ningún usuario inicia sesión.',
  checks: 'Comprobaciones',
  outcomes: { ok: 'Correcto', warning: 'Advertencia', failed: 'Fallo' },
  names: {
    discovery: 'Documento de descubrimiento',
    issuer: 'Emisor',
    keys: 'Claves de firma',
    algorithms: 'Algoritmos',
    clock: 'Reloj',
    token_endpoint: 'Punto de acceso de tokens y secreto del cliente',
    redirect_uri: 'URI de redirección',
    authorization_response: 'Respuesta del proveedor',
    id_token: 'Token de identidad',
    userinfo: 'Userinfo',
    authentication: 'Hora de la autenticación',
    second_factor: 'Segundo factor',
    email: 'Dirección',
    roles: 'Roles',
  },
  explainLogin: 'Explicar un inicio de sesión con claims que usted escribe',
  toChange: 'Qué cambiar',
  mayNotTest: 'Solo el rol admin puede ejecutar las pruebas.',
  millis: (count) => `${count} ms`,
  allGood: 'Todas las comprobaciones son correctas.',
  notGood: (failed) =>
    plural(failed, {
      one: '# comprobación requiere atención.',
      other: '# comprobaciones requieren atención.',
    }),
  testLogin: 'Probar un inicio de sesión',
  testLoginOf: (provider) => `Probar un inicio de sesión con ${provider}`,
  testLoginHelp:
    'Usted inicia sesión en el proveedor en una pestaña nueva. No se abre ninguna sesión ni se cambia ningún usuario. Esta página muestra después lo que llegó.',
  waiting: (until) =>
    `Inicie sesión en el proveedor en la pestaña nueva. La prueba espera hasta ${until}.`,
  ifClosed: 'Si ha cerrado la pestaña, ábrala de nuevo.',
  blocked: 'El navegador bloqueó la pestaña nueva.',
  openTab: 'Abrir el proveedor en una pestaña nueva',
  cancel: 'Cancelar la prueba',
  expired: 'La prueba ha caducado. No llegó ningún resultado. Empiece de nuevo.',
  failedLogin: 'El inicio de sesión de prueba falló.',
  finished: 'El inicio de sesión de prueba ha terminado.',
  result: 'Resultado del inicio de sesión de prueba',
  noChange:
    'No se abrió ninguna sesión ni se cambió ningún usuario. Un inicio de sesión real con estos claims hace esto:',
  opening:
    'El inicio de sesión de prueba comienza. Si esta página no cambia, vuelva a la pestaña anterior y confirme su segundo factor.',
  whatItDoes: 'Qué hace un inicio de sesión real',
  cameBack: 'Lo que llegó',
  hidden: 'No se muestran los tokens ni los valores que parecen un secreto.',
  tokenHeader: 'Cabecera del token de identidad',
  tokenClaims: 'Claims del token de identidad',
  userinfoClaims: 'Claims de userinfo',
  noUserinfo: 'No llegó nada.',
  testComplete: 'La prueba ha terminado',
  backToStart:
    'El resultado está en la pestaña en la que inició la prueba. Vuelva a ella. Puede cerrar esta pestaña.',
  toProviders: 'Abrir los proveedores en esta pestaña',
};

export default spanish;

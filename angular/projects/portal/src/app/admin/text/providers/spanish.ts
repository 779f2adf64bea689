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
};

export default spanish;

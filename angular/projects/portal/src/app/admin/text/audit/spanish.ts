import { pluralIn } from '@vestibule/angular/console';
import type { AuditTexts } from '../audit';

const plural = pluralIn('es');

const spanish: AuditTexts = {
  title: 'Eventos de auditoría',
  intro:
    'Inicios de sesión, rechazos, cambios y actos de administradores, los más recientes primero.',
  filters: {
    type: 'Evento',
    outcome: 'Resultado',
    user: 'Usuario',
    actor: 'Quién actuó',
    ip: 'Dirección de red',
    trace: 'Identificador de traza',
    from: 'Desde',
    to: 'Antes de',
  },
  help: {
    user: 'El ID del usuario.',
    actor: 'El ID de un usuario, el nombre de un proveedor, o cli.',
    ip: 'Una dirección, por ejemplo 192.0.2.17, o una red, por ejemplo 192.0.2.0/24.',
    trace: 'El identificador de una página de error. Los demás filtros no se aplican entonces.',
    time: 'En la zona horaria de este navegador.',
  },
  success: 'Correcto',
  failure: 'Rechazado',
  time: 'Hora',
  event: 'Evento',
  details: 'Detalles',
  detailsOf: (event, time) => `Detalles: ${event}, ${time}`,
  none: 'Ningún evento coincide.',
  noneHere:
    'Ningún evento de esta página coincide. Puede haber eventos más antiguos que coincidan: abra la página siguiente.',
  exportAs: 'Exportar',
  exportHelp:
    'La exportación contiene los eventos de todas las páginas que coinciden con los filtros.',
  follow: 'Seguir los eventos nuevos',
  followTitle: 'Eventos nuevos',
  followIntro: (limit) =>
    `Los eventos nuevos que coinciden con los filtros aparecen aquí, el más reciente primero. La lista tiene los ${limit} más recientes.`,
  followEmpty: 'Todavía no hay ningún evento nuevo.',
  followState: {
    connecting: 'Conectando…',
    open: 'Conectado. Los eventos nuevos aparecen al momento.',
    paused: 'En pausa. La lista no cambia.',
    ended: 'La conexión ha terminado. Los eventos posteriores están en la lista.',
  },
  pause: 'Pausar',
  resume: (waiting) =>
    waiting === 0
      ? 'Continuar'
      : plural(waiting, {
          one: 'Continuar, # evento en espera',
          other: 'Continuar, # eventos en espera',
        }),
  reconnect: 'Conectar de nuevo',
  backToList: 'Volver a la lista',
  followAdded: (count) => plural(count, { one: '# evento nuevo', other: '# eventos nuevos' }),
  self: 'El propio usuario',
  commandLine: 'Línea de comandos',
  service: 'El servicio',
  trace: 'Identificador de traza',
  type: 'Tipo',
  outcome: 'Resultado',
  reasonCode: 'Código del motivo',
  statedReason: 'Motivo que dio el administrador',
  device: 'Navegador',
  requestId: 'ID de la solicitud en el registro',
  methods: 'Autenticación',
  otherDetails: 'Detalles',
  eventsOfUser: 'Todos los eventos de este usuario',
  eventsOfNetwork: 'Todos los eventos de esta dirección de red',
  notFound:
    'No hay ningún evento con este identificador. Puede ser más antiguo que el plazo de conservación.',
  types: {
    eventsAltered: 'Otro programa modificó eventos de auditoría',
    eventsExported: 'Eventos de auditoría exportados',
    issuerMoved: 'Identidades movidas a otro emisor',
    keysRotated: 'Secretos sellados con la clave más reciente',
    usersAdopted: 'Usuarios de otra base de datos adoptados',
    usersExported: 'Usuarios exportados',
    providerTested: 'Proveedor probado',
    userDeleted: 'Cuenta eliminada',
    webhookReplayed: 'Mensaje a un webhook enviado de nuevo',
    webhookTested: 'Webhook probado',
  },
};

export default spanish;

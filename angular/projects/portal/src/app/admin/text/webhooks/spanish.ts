import type { WebhooksTexts } from '../webhooks';

const spanish: WebhooksTexts = {
  title: 'Webhooks',
  intro:
    'Los receptores de mensajes firmados sobre cambios de usuarios, y los mensajes para ellos.',
  none: 'No hay ningún webhook configurado. VESTIBULE_WEBHOOKS nombra los webhooks.',
  events: 'Mensajes',
  pending: 'En espera',
  failed: 'Abandonados',
  lastDelivered: 'Última entrega',
  lastError: 'Último error',
  never: 'nunca',
  test: 'Enviar un mensaje de prueba',
  testOf: (name) => `Enviar un mensaje de prueba: ${name}`,
  testHelp: 'Se envía enseguida un mensaje firmado que no trata de ningún usuario.',
  accepted: (status, millis) =>
    `El receptor aceptó el mensaje de prueba: estado ${status}, ${millis} ms.`,
  refused: (error, millis) => `El receptor no aceptó el mensaje de prueba: ${error}, ${millis} ms.`,
  mayNot: 'Solo el rol admin puede enviar mensajes.',
  deliveries: 'Entregas',
  webhook: 'Webhook',
  state: 'Estado',
  states: { pending: 'En espera', delivered: 'Entregado', failed: 'Abandonado' },
  message: 'Mensaje',
  user: 'Usuario',
  created: 'Creado',
  attempts: 'Intentos',
  result: 'Resultado',
  status: (status) => `Estado ${status}`,
  deliveredAt: (time) => `Entregado: ${time}`,
  failedAt: (time) => `Abandonado: ${time}`,
  nextAttempt: (time) => `Próximo intento: ${time}`,
  noDelivery: 'Ninguna entrega coincide.',
  acts: 'Acciones',
  event: 'Evento de auditoría',
  replay: 'Enviar de nuevo',
  replayOf: (type, webhook) => `Enviar de nuevo: ${type}, ${webhook}`,
  replayHelp:
    'El mensaje lleva el mismo ID y los datos actuales del usuario. Un receptor que ya procesó el ID lo ignora.',
  replayed: 'El mensaje está de nuevo en la cola.',
};

export default spanish;

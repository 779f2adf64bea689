import { isolate } from '@vestibule/angular/console';
import type { CreateTexts } from '../create';

const spanish: CreateTexts = {
  title: 'Crear un usuario',
  help: 'El usuario inicia sesión con el nombre de usuario, o con un proveedor que envía la misma dirección verificada.',
  helpNoPasswords:
    'El usuario inicia sesión con una clave de acceso, o con un proveedor que envía la misma dirección verificada.',
  emailVerifiedHelp: 'Dirección verificada: usted sabe que el usuario lee allí su correo',
  rolesHelp: 'Separe los roles con comas, o deje el campo vacío.',
  access: 'Cómo obtiene acceso el usuario',
  ways: {
    'invite-mail': 'Enviar una invitación por correo',
    'invite-link': 'Mostrarme un enlace para entregar',
    'generated-password': 'Generar una contraseña, que el usuario debe cambiar',
    none: 'Sin contraseña: el usuario inicia sesión con un proveedor',
  },
  noLink: 'Sin enlace: el usuario inicia sesión con un proveedor',
  mailNeedsAddress: 'Una invitación por correo necesita una dirección.',
  taken: 'Otro usuario tiene este valor. Elija otro.',
  submit: 'Crear el usuario',
  created: (name) => `El usuario ${isolate(name)} se ha creado.`,
  mailSent: 'La invitación está en camino.',
  inviteUrl: 'Entregue este enlace al usuario. Solo se muestra ahora y sirve una vez.',
  generatedPassword:
    'Entregue esta contraseña al usuario. Solo se muestra ahora y debe cambiarse en el primer inicio de sesión.',
  openUser: 'Abrir el usuario',
  another: 'Crear otro usuario',
};

export default spanish;

import type { login as english } from '../en/login';

export const login: typeof english = {
  'signIn.title': 'Iniciar sesión',
  'signIn.userName': 'Nombre de usuario o correo',
  'signIn.password': 'Contraseña',
  'signIn.showPassword': 'Mostrar la contraseña',
  'signIn.capsLock': 'El bloqueo de mayúsculas está activado.',
  'signIn.enterUserName': 'Introduzca su nombre de usuario o su dirección de correo.',
  'signIn.enterPassword': 'Introduzca su contraseña.',
  'signIn.forgot': '¿Ha olvidado su contraseña?',
  'signIn.remember': 'Mantener la sesión iniciada en este dispositivo',
  'signIn.submit': 'Iniciar sesión',
  'signIn.submitting': 'Iniciando sesión…',
  'signIn.passkey': 'Iniciar sesión con una clave de acceso',
};

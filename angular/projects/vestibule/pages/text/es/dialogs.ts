import type { dialogs as english } from '../en/dialogs';

export const dialogs: typeof english = {
  'dialog.enrolInWindow':
    'Configure la aplicación de autenticación en la ventana que se ha abierto. Lo que ha escrito en esta página se conserva.',
  'dialog.escapeAgain':
    'Pulse Escape de nuevo para salir de esta página. Se perderá lo que haya escrito en ella.',
  'dialog.leavePage': 'Salir de esta página',
  'dialog.openTab': (label) => `Iniciar sesión con ${label} en una pestaña nueva`,
  'dialog.otherWay': 'Usar otro método',
  'dialog.pageIsKept':
    'Inicie sesión para continuar. La página y lo que ha escrito en ella se conservan.',
  'dialog.signInAgain': 'Iniciar sesión de nuevo',
  'dialog.window': (label) => `Inicie sesión con ${label} en la ventana que se ha abierto.`,
  'dialog.windowBlocked': 'El navegador ha bloqueado la ventana de inicio de sesión.',
  'signedIn.title': 'Ha iniciado sesión',
  'signedIn.text': 'Puede cerrar esta ventana.',
};

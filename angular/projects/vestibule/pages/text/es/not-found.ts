import type { notFound as english } from '../en/not-found';

export const notFound: typeof english = {
  'notFound.title': 'Página no encontrada',
  'notFound.text':
    'No hay ninguna página en esta dirección. Es posible que se haya movido o que el enlace contenga un error.',
  'notFound.toAccount': 'Ir a su cuenta',
  'notFound.toSignIn': 'Ir al inicio de sesión',
};

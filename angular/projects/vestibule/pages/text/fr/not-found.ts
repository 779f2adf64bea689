import type { notFound as english } from '../en/not-found';

export const notFound: typeof english = {
  'notFound.title': 'Page introuvable',
  'notFound.text':
    'Il n’y a pas de page à cette adresse. Elle a peut-être été déplacée, ou le lien contient une faute de frappe.',
  'notFound.toAccount': 'Aller à votre compte',
  'notFound.toSignIn': 'Aller à la page de connexion',
};

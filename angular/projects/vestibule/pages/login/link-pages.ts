/* Pages around passwords and links in messages, in one chunk: each further chunk adds its name to the first view. */
import { Type } from '@angular/core';
import { CanActivateFn, Routes } from '@angular/router';
import { passwordChangeGuard } from '@vestibule/angular';
import { pageTitle } from '../text/page-title';
import { textGuard } from '../text/text-loader';
import type { Message } from '../text/texts';
import { CancelEmail } from './mail-links/cancel-email';
import { ConfirmEmail } from './mail-links/confirm-email';
import { linkTokenGuard } from './mail-links/link-token-guard';
import { NotMe } from './mail-links/not-me';
import { ChangePassword } from './password/change-password';
import { ForgotPassword } from './password/forgot-password';
import { ResetPassword } from './password/reset-password';

export { CancelEmail, ChangePassword, ConfirmEmail, ForgotPassword, NotMe, ResetPassword };

/** The routes of the pages, by path. */
export const linkPages = {
  'change-password': page((text) => text('changePassword.title'), ChangePassword, [
    textGuard,
    passwordChangeGuard,
  ]),
  'forgot-password': page((text) => text('forgot.title'), ForgotPassword, [textGuard]),
  'reset-password': linkPage((text) => text('reset.title'), ResetPassword),
  'confirm-email': linkPage((text) => text('confirmEmail.title'), ConfirmEmail),
  'cancel-email': linkPage((text) => text('cancelEmail.title'), CancelEmail),
  'not-me': linkPage((text) => text('notMe.title'), NotMe),
};

function page(title: Message, component: Type<unknown>, canActivate: CanActivateFn[]): Routes {
  // A second link on the same page changes the fragment only.
  const runGuardsAndResolvers = 'always' as const;
  return [
    {
      path: '',
      pathMatch: 'full',
      title: pageTitle(title),
      canActivate,
      component,
      runGuardsAndResolvers,
    },
  ];
}

/** Returns the route of a page that a link in a message opens: the link has its token in the fragment. */
function linkPage(title: Message, component: Type<unknown>): Routes {
  return page(title, component, [linkTokenGuard, textGuard]);
}

import { common } from './fr/common';
import { errors } from './fr/errors';
import { login } from './fr/login';
import { portal } from './fr/portal';
import { providers } from './fr/providers';
import type { FirstTexts } from './texts';

export const french: FirstTexts = {
  ...common,
  ...errors,
  ...login,
  ...portal,
  ...providers,
};

import { common } from './ar/common';
import { errors } from './ar/errors';
import { login } from './ar/login';
import { portal } from './ar/portal';
import { providers } from './ar/providers';
import type { FirstTexts } from './texts';

export const arabic: FirstTexts = {
  ...common,
  ...errors,
  ...login,
  ...portal,
  ...providers,
};

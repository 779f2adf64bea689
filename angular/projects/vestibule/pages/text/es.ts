import { common } from './es/common';
import { errors } from './es/errors';
import { login } from './es/login';
import { portal } from './es/portal';
import { providers } from './es/providers';
import type { FirstTexts } from './texts';

export const spanish: FirstTexts = {
  ...common,
  ...errors,
  ...login,
  ...portal,
  ...providers,
};

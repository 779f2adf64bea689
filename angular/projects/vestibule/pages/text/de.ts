import { common } from './de/common';
import { errors } from './de/errors';
import { login } from './de/login';
import { portal } from './de/portal';
import { providers } from './de/providers';
import type { FirstTexts } from './texts';

export const german: FirstTexts = {
  ...common,
  ...errors,
  ...login,
  ...portal,
  ...providers,
};

import { account } from './fr/account';
import { common } from './fr/common';
import { federated } from './fr/federated';
import { portal } from './fr/portal';
import type { VestibuleTexts } from './texts';

export const french: VestibuleTexts = { ...account, ...common, ...federated, ...portal };

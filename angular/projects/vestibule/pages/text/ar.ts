import { account } from './ar/account';
import { common } from './ar/common';
import { federated } from './ar/federated';
import { portal } from './ar/portal';
import type { VestibuleTexts } from './texts';

export const arabic: VestibuleTexts = { ...account, ...common, ...federated, ...portal };

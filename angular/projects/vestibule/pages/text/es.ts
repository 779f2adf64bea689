import { account } from './es/account';
import { common } from './es/common';
import { federated } from './es/federated';
import { portal } from './es/portal';
import type { VestibuleTexts } from './texts';

export const spanish: VestibuleTexts = { ...account, ...common, ...federated, ...portal };

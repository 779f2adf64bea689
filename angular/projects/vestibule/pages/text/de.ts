import { account } from './de/account';
import { common } from './de/common';
import { federated } from './de/federated';
import { portal } from './de/portal';
import type { VestibuleTexts } from './texts';

export const german: VestibuleTexts = { ...account, ...common, ...federated, ...portal };

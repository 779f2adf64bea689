import { account } from './en/account';
import { common } from './en/common';
import { federated } from './en/federated';
import { portal } from './en/portal';

/** The source: the types of the other languages come from it. */
export const english = { ...account, ...common, ...federated, ...portal };

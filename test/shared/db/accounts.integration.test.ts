import { accountCases } from './cases/accounts.ts';
import { serverTier } from './cases/server-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(serverTier('wellspring_worker'), accountCases);

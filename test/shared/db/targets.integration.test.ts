import { serverTier } from './cases/server-tier.ts';
import { targetCases } from './cases/targets.ts';
import { runOn } from './cases/tier.ts';

runOn(serverTier('wellspring_api'), targetCases);

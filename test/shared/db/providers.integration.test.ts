import { providerCases } from './cases/providers.ts';
import { serverTier } from './cases/server-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(serverTier('wellspring_api'), providerCases);

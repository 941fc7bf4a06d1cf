import { membershipCases } from './cases/memberships.ts';
import { serverTier } from './cases/server-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(serverTier('wellspring_api'), membershipCases);

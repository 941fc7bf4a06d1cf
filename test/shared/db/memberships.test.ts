import { membershipCases } from './cases/memberships.ts';
import { memoryTier } from './cases/memory-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(memoryTier, membershipCases);

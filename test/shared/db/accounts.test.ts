import { accountCases } from './cases/accounts.ts';
import { memoryTier } from './cases/memory-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(memoryTier, accountCases);

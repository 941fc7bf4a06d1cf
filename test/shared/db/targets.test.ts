import { memoryTier } from './cases/memory-tier.ts';
import { targetCases } from './cases/targets.ts';
import { runOn } from './cases/tier.ts';

runOn(memoryTier, targetCases);

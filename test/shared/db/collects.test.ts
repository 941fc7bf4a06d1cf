import { collectCases } from './cases/collects.ts';
import { memoryTier } from './cases/memory-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(memoryTier, collectCases);

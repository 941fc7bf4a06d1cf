import { enrichmentTaskCases } from './cases/enrichment-tasks.ts';
import { memoryTier } from './cases/memory-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(memoryTier, enrichmentTaskCases);

import { memoryTier } from './cases/memory-tier.ts';
import { providerCases } from './cases/providers.ts';
import { runOn } from './cases/tier.ts';

runOn(memoryTier, providerCases);

import { memoryTier } from './cases/memory-tier.ts';
import { peopleCases } from './cases/peoples.ts';
import { runOn } from './cases/tier.ts';

runOn(memoryTier, peopleCases);

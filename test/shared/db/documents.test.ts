import { documentCases } from './cases/documents.ts';
import { memoryTier } from './cases/memory-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(memoryTier, documentCases);

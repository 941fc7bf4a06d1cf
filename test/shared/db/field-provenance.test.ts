import { fieldProvenanceCases } from './cases/field-provenance.ts';
import { memoryTier } from './cases/memory-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(memoryTier, fieldProvenanceCases);

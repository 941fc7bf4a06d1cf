import { contactAtomCases } from './cases/contact-atoms.ts';
import { memoryTier } from './cases/memory-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(memoryTier, contactAtomCases);

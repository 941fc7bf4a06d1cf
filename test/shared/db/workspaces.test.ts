import { memoryTier } from './cases/memory-tier.ts';
import { runOn } from './cases/tier.ts';
import { workspaceCases } from './cases/workspaces.ts';

runOn(memoryTier, workspaceCases);

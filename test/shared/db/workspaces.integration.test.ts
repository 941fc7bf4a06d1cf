import { serverTier } from './cases/server-tier.ts';
import { runOn } from './cases/tier.ts';
import { workspaceCases } from './cases/workspaces.ts';

runOn(serverTier('wellspring_worker'), workspaceCases);

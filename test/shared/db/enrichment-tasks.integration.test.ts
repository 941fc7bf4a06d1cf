import { enrichmentTaskCases, enrichmentTaskServerCases } from './cases/enrichment-tasks.ts';
import { serverTier } from './cases/server-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(serverTier('wellspring_worker'), { ...enrichmentTaskCases, ...enrichmentTaskServerCases });

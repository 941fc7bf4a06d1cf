import { peopleCases, peopleServerCases } from './cases/peoples.ts';
import { serverTier } from './cases/server-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(serverTier('wellspring_worker'), { ...peopleCases, ...peopleServerCases });

import { contactAtomCases, contactAtomServerCases } from './cases/contact-atoms.ts';
import { serverTier } from './cases/server-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(serverTier('wellspring_worker'), { ...contactAtomCases, ...contactAtomServerCases });

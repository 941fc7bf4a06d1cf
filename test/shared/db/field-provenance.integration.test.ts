import { fieldProvenanceCases, fieldProvenanceServerCases } from './cases/field-provenance.ts';
import { serverTier } from './cases/server-tier.ts';
import { runOn } from './cases/tier.ts';

runOn(serverTier('wellspring_worker'), { ...fieldProvenanceCases, ...fieldProvenanceServerCases });

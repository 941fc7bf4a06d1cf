import { failed, halted } from '../../shared/domain/outcomes.ts';
import { defineEnrichment } from '../../shared/tasks/define-enrichment.ts';
import { cluesOf } from './clues.ts';
import type { Sources } from './gather-facts.ts';
import { findKnown } from './known.ts';
import { recordCompany } from './record-company.ts';
import { approveCompany, keepCompany } from './resolve-company.ts';
import { AiCompanyInput, AiCompanyOutput } from './schema.ts';
import { wantedOf } from './wanted.ts';

/** Runs that wait for what could not be asked when nothing else was found; after them the company has no match. */
const PATIENT_RUNS = { site: 1, registry: 3 } as const;

export const aiCompany = defineEnrichment<AiCompanyInput, Sources>({
  type: 'ai_company',
  input: AiCompanyInput,
  output: AiCompanyOutput,

  async run(run, tools) {
    const { input, task, workspacePk, targetFields } = run;
    const companyId = task.entity_id;
    if (input.company_id !== undefined && input.company_id !== companyId)
      return failed('INPUT_INVALID', 'the input names another company than the task');
    const known = await tools.read((db) => findKnown(db, workspacePk, companyId));
    if (!known) return failed('NOT_FOUND', `there is no company ${companyId}`);

    const force = input.force ?? false;
    const wanted = wantedOf(known, targetFields, force);
    if (Object.values(wanted).flat().length === 0)
      return halted('nothing_to_fill', 'no field that may be filled is empty');
    const clues = cluesOf(known, input.hints);
    if (!clues)
      return halted('insufficient_features', 'there is no name, domain or tax id to look for the company by');

    // It reads web pages and knows the numbers of ninety countries, which a cold start need not wait for.
    const { gatherFacts } = await import('./gather-facts.ts');
    const gathered = await gatherFacts(run, tools, { known, clues, wanted });
    const { isMatch, isHinted, missed, flags, dropped } = gathered;
    if (!isMatch && missed !== null && task.attempt <= PATIENT_RUNS[missed])
      throw new Error(`nothing was found, and the ${missed} could not be asked now`);
    if (!isMatch && !isHinted)
      return halted('no_match', 'neither its site nor anybody else says anything about the company', {
        ...{ flags, dropped },
      });
    return (db) => recordCompany(db, { workspacePk, companyId, wanted, force, gathered });
  },

  resolve: { approve: approveCompany, reject: keepCompany },
});

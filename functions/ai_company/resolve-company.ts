import {
  type EnrichableCompanyField,
  enrichableCompanyFields,
  lockCompanyProfile,
} from '../../shared/db/company-profiles.ts';
import type { TaskRow } from '../../shared/db/enrichment-tasks.ts';
import { listProvenance } from '../../shared/db/field-provenance.ts';
import type { Db } from '../../shared/db/sql.ts';
import { setByField } from '../../shared/domain/field-writes.ts';
import { afterCompanyEnriched } from '../../shared/domain/follow-up-map.ts';
import type { Approval, Provenance } from '../../shared/domain/outcomes.ts';
import { writeCompany } from './company-fields.ts';
import { headFields } from './evidence.ts';
import { AiCompanyOutput } from './schema.ts';
import { standing } from './wanted.ts';

/** Writes what was proposed, now as a person's word. What was changed since the proposal is not written over. */
export async function approveCompany(db: Db, task: TaskRow): Promise<Approval> {
  const { workspace_pk: workspacePk } = task;
  const { proposal, conflicts = [], applied = [] } = AiCompanyOutput.parse(task.output);
  if (!proposal) throw new Error('a task waits for approval without a proposal');
  const { entity_type, entity_id } = proposal;
  const company = await db.maybeOne(lockCompanyProfile({ workspacePk, companyId: entity_id }));
  if (!company) return { outdated: 'The company was deleted meanwhile.' };

  const setBy = setByField(
    await db.any(listProvenance({ workspacePk, entityType: 'company', entityId: entity_id })),
  );
  for (const field of headFields) {
    const proposed = proposal.fields[field];
    const current = standing(company, field, setBy);
    if (proposed === undefined || current === proposed) continue;
    const before = conflicts.find((conflict) => conflict.field === field)?.current ?? null;
    if (current !== before) return { outdated: `The ${field} of the company has been changed meanwhile.` };
  }
  const fields = Object.fromEntries(
    enrichableCompanyFields.flatMap((field): [EnrichableCompanyField, string][] => {
      const value = proposal.fields[field];
      return value === undefined || company[field] === value ? [] : [[field, value]];
    }),
  );
  const { company: written, identityChanged } = await writeCompany(db, workspacePk, company, fields);
  const byPerson = (field: string): Provenance => ({
    ...{ entity_type, entity_id, field },
    ...{ source: 'user', confidence: 1 },
  });
  return {
    applied: { company_id: entity_id, applied: [...applied, ...Object.keys(fields)] },
    provenance: Object.keys(fields).map(byPerson),
    followUps: afterCompanyEnriched(entity_id, {
      // Another domain may have another mark.
      needsLogo: 'domain' in fields && !written.has_logo,
      identityChanged,
    }),
  };
}

/** What stands in the company was never written over, so there is nothing to undo. */
export async function keepCompany(): Promise<void> {}

import type { CompanyProfile } from '../../shared/db/company-profiles.ts';
import type { FieldWrites, SetBy } from '../../shared/domain/field-writes.ts';
import { afterCompanyEnriched } from '../../shared/domain/follow-up-map.ts';
import { CONFIDENCE_PROPOSE } from '../../shared/domain/limits.ts';
import {
  awaitingApproval,
  completed,
  halted,
  type Outcome,
  type Provenance,
} from '../../shared/domain/outcomes.ts';
import { withCompanions } from './company-fields.ts';
import type { CompanyJob } from './record-company.ts';
import { standing } from './wanted.ts';
import type { Found } from './weigh.ts';

/** What was written. */
export interface Recorded {
  before: CompanyProfile;
  company: CompanyProfile;
  identityChanged: boolean;
  setBy: ReadonlyMap<string, SetBy>;
  decided: FieldWrites;
  /** Columns that were written, and kinds of contact of which any was added. */
  applied: string[];
  provenance: Provenance[];
}

interface Conflict {
  field: string;
  current: string | null;
  proposed: string;
  confidence: number;
  rivals?: string[];
}

/** The outcome: done, nothing to do, or done as far as it is safe and put before a person for the rest. */
export function report(job: CompanyJob, recorded: Recorded): Outcome {
  const { companyId, gathered } = job;
  const { decided, applied, company, identityChanged, provenance } = recorded;
  const { dropped, flags, model } = gathered;
  const disputes = disputesOf(job, recorded);
  const conflicts: Conflict[] = [
    ...decided.conflicts.map(({ field, current, proposed, confidence }) => ({
      ...{ field, confidence, current: String(current), proposed: String(proposed) },
    })),
    ...disputes,
  ];
  const output = {
    ...foundOutput(job),
    company_id: companyId,
    applied,
    skipped: [...decided.skipped, ...disputes.map(({ field }) => ({ field, reason: 'sources_differ' }))],
    ...{ dropped, flags, model },
  };
  const followUps = afterCompanyEnriched(companyId, {
    needsLogo: !company.has_logo && company.domain_normalized !== null,
    identityChanged,
  });
  if (conflicts.length > 0) {
    const fields = withCompanions(
      conflicts.map(({ field }) => field),
      gathered.found,
    );
    const review = [
      ...(decided.conflicts.length > 0 ? ['user_value'] : []),
      ...(disputes.length > 0 ? ['sources_differ'] : []),
    ];
    const proposal = { entity_type: 'company', entity_id: companyId, fields };
    return awaitingApproval({ ...output, review, conflicts, proposal }, { provenance, followUps });
  }
  return applied.length > 0
    ? completed(output, { provenance, followUps })
    : halted('nothing_to_fill', 'what was found stands there already or is not sure enough', output);
}

/** Wanted columns in which strong sources say different things; where one of them stands already, nobody has to look. */
const disputesOf = ({ wanted, gathered: { found } }: CompanyJob, { before, setBy }: Recorded): Conflict[] =>
  wanted.fields.flatMap((field) => {
    const dispute = found[field];
    if (!dispute || dispute.rivals.length === 0) return [];
    const current = standing(before, field, setBy);
    if (current !== null && [dispute.value, ...dispute.rivals].includes(current)) return [];
    const { value: proposed, confidence, rivals } = dispute;
    return [{ field, current, proposed, confidence, rivals }];
  });

/** What was found of what is wanted, flat, with how sure it is and who says so. */
const foundOutput = ({ wanted, gathered: { found } }: CompanyJob) => {
  const shown = wanted.fields
    .map((field) => found[field])
    .filter((each): each is Found => each !== undefined && each.confidence >= CONFIDENCE_PROPOSE);
  const values = withCompanions(
    shown.map(({ field }) => field),
    found,
  );
  return {
    ...values,
    confidence: Object.fromEntries(shown.map(({ field, confidence }) => [field, confidence])),
    sources: Object.fromEntries(
      shown.map(({ field, support }) => [
        field,
        support.slice(0, 5).map(({ source, evidence }) => ({ source, evidence: evidence.slice(0, 300) })),
      ]),
    ),
  };
};

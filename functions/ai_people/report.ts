import type { PersonRow, RelationshipType } from '../../shared/db/peoples.ts';
import type { FieldWrites } from '../../shared/domain/field-writes.ts';
import { afterPersonEnriched } from '../../shared/domain/follow-up-map.ts';
import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';
import {
  awaitingApproval,
  completed,
  halted,
  type Outcome,
  type Provenance,
} from '../../shared/domain/outcomes.ts';
import { confidenceOf } from '../../shared/extraction/invoice/confidence.ts';
import type { Chosen } from './choose-fields.ts';

interface Skipped {
  field: string;
  reason: string;
}

/** What was written to one person. */
export interface Done {
  fields: FieldWrites;
  contacts: { added: { field: string; confidence: number; source: string }[]; skipped: Skipped[] };
  companies: {
    links: { company_id: string; relationship_type: RelationshipType }[];
    skipped: Skipped[];
    /** Companies that the person belonged to already. */
    known: number;
  };
}

/** A domain or a hint that names a company is like a label. */
const LINK = { field: 'companies', confidence: confidenceOf({ basis: 'labelled' }), source: 'rule' };

/** How it ends. Names of fields and how sure they are, never a value but one that waits for a person's word. */
export function report(
  {
    personId,
    chosen,
    modelRefused,
  }: { personId: PersonRow['person_id']; chosen: Chosen; modelRefused: string | null },
  { fields, contacts, companies }: Done,
): Outcome {
  const { links } = companies;
  const written = [...fields.write, ...contacts.added];
  const output = {
    applied: [...new Set(written.map(({ field }) => field))],
    skipped: unique([
      ...fields.skipped,
      ...contacts.skipped,
      ...companies.skipped,
      ...(modelRefused ? [{ field: 'signature', reason: modelRefused }] : []),
    ]),
    links,
    confidence: Object.fromEntries(
      [...written, ...(links.length > 0 ? [LINK] : [])].map(({ field, confidence }) => [field, confidence]),
    ),
  };
  const provenance = [...written, ...(links.length > 0 ? [LINK] : [])].map(
    ({ field, source, confidence }): Provenance => ({
      ...{ entity_type: 'person', entity_id: personId },
      ...{ field, source, confidence },
    }),
  );
  const followUps = afterPersonEnriched(personId, {
    emailAdded: contacts.added.some(({ field }) => field === 'emails'),
  });

  if (fields.conflicts.length > 0)
    return awaitingApproval({ ...output, conflicts: fields.conflicts }, { provenance, followUps });
  if (written.length > 0 || links.length > 0) return completed(output, { provenance, followUps });
  return isSure(chosen) || companies.known > 0
    ? halted('nothing_to_fill', 'what is known is there already, or a person has decided otherwise', output)
    : halted('no_match', 'nothing in the evidence is sure enough to be written', output);
}

const isSure = ({ name, jobTitle, emails, phones, linkedin }: Chosen) =>
  [name, jobTitle, linkedin, ...emails, ...phones].some((fact) => (fact?.confidence ?? 0) >= CONFIDENCE_FILL);

const unique = (skipped: readonly Skipped[]) => [
  ...new Map(skipped.map((each) => [`${each.field} ${each.reason}`, each])).values(),
];

import type { TaskRow } from '../../shared/db/enrichment-tasks.ts';
import { type EnrichablePersonField, lockPerson, updatePersonFields } from '../../shared/db/peoples.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { Approval, Provenance } from '../../shared/domain/outcomes.ts';
import { withFullName } from './person-fields.ts';
import { AiPeopleOutput } from './schema.ts';

/**
 * Writes what was proposed, now as a person's word; what they have changed since is not written over. The values
 * leave the output: they stand in the record now.
 */
export async function approvePerson(db: Db, task: TaskRow): Promise<Approval> {
  const { workspace_pk: workspacePk, entity_id: personId } = task;
  const { conflicts = [], applied = [] } = AiPeopleOutput.parse(task.output);
  const person = await db.maybeOne(lockPerson({ workspacePk, personId }));
  if (!person) return { outdated: 'The person was deleted meanwhile.' };

  const values: Partial<Record<EnrichablePersonField, string>> = {};
  for (const { field, current, proposed } of conflicts) {
    if (proposed === undefined) throw new Error('a task waits for approval without a proposal');
    if (person[field] === proposed) continue;
    if (person[field] !== current)
      return { outdated: `The ${field} of the person has been changed meanwhile.` };
    values[field] = proposed;
  }
  const fields = withFullName(person, values);
  const written = Object.keys(fields);
  if (written.length > 0) await db.one(updatePersonFields({ workspacePk, personPk: person.pk, fields }));

  const byPerson = (field: string): Provenance => ({
    ...{ entity_type: 'person', entity_id: personId },
    ...{ field, source: 'user', confidence: 1 },
  });
  return {
    applied: {
      applied: [...new Set([...applied, ...written])],
      conflicts: conflicts.map(({ field, confidence }) => ({ field, confidence })),
    },
    provenance: written.map(byPerson),
  };
}

/** What stands in the record was never written over, so there is nothing to undo. */
export async function keepPerson(): Promise<void> {}

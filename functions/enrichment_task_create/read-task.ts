import { z } from 'zod';
import type { Caller } from '../../shared/auth/caller.ts';
import { monthId } from '../../shared/domain/close-ids.ts';
import type { EnrichmentType } from '../../shared/domain/enrichment-types.ts';
import { problemFromZod, schemaProblem } from '../../shared/errors.ts';
import type { Orphan } from '../../shared/tasks/adopt-tasks.ts';
import type { NewTaskResource } from './schema.ts';

/** Finds the worker of a type, as far as its input goes. */
export type LoadInput = (type: EnrichmentType) => Promise<{ input: z.ZodType }>;

interface Context {
  /** Place of its attributes in the request. */
  root: string;
  caller: Pick<Caller, 'workspaceId'>;
  loadWorker: LoadInput;
}

const Month = z.object({
  record_id: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'expected a month, such as 2026-03'),
});

/** The task a caller asks for; throws a 400 that names the place when its worker could never take the input. */
export async function readTask(
  { attributes, relationships }: NewTaskResource,
  { root, caller, loadWorker }: Context,
): Promise<Orphan> {
  const { entity_id, input: given, target_fields, force = given?.force === true, ...rest } = attributes;
  const input = force ? { ...given, force } : given;
  const { input: schema } = await loadWorker(rest.enrichment_type);
  const checked = schema.safeParse(input ?? {});
  if (!checked.success) throw problemFromZod(checked.error, input ?? {}, `${root}.input`);
  return {
    ...rest,
    force,
    entity_id: entity_id ?? ownId(rest.entity_type, input ?? {}, root, caller),
    ...(input ? { input } : {}),
    ...(target_fields ? { target_fields } : {}),
    parentId: relationships.parent_task?.data?.id.toLowerCase() ?? null,
  };
}

/** The ids that nobody needs to look up. */
function ownId(
  entityType: string,
  input: Record<string, unknown>,
  root: string,
  { workspaceId }: Context['caller'],
): string {
  if (entityType === 'workspace') return workspaceId;
  if (entityType !== 'month') throw schemaProblem({ path: `${root}.entity_id`, issue: 'required' });
  const month = Month.safeParse(input);
  if (!month.success) throw problemFromZod(month.error, input, `${root}.input`);
  return monthId(workspaceId, month.data.record_id);
}

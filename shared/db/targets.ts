import { z } from 'zod';
import type { EntityType } from '../domain/enrichment-types.ts';
import { targetTables } from '../domain/records-roots.ts';
import { type Db, sql } from './sql.ts';

const TargetId = z.strictObject({ id: z.string() });

/** Which of these ids are live records of the workspace; each must be a UUID. */
export const listTargets = ({
  workspacePk,
  entityType,
  ids,
}: {
  workspacePk: number;
  entityType: Exclude<EntityType, 'month' | 'company_month'>;
  ids: string[];
}) => {
  const { table, id } = targetTables[entityType];
  const scope =
    entityType === 'provider'
      ? sql.fragment`true` // the catalogue of providers is global
      : entityType === 'workspace'
        ? sql.fragment`t.pk = ${workspacePk}`
        : sql.fragment`t.workspace_pk = ${workspacePk}`;
  return sql.type(TargetId)`
    select ${sql.identifier(['t', id])}::text as id
    from ${sql.identifier([table])} t
    where ${scope}
      and ${sql.identifier(['t', id])} = any(${sql.array(ids, 'uuid')})
      and t.deleted_at is null`;
};

const isUuid = (id: string) => z.guid().safeParse(id).success;

interface Target {
  entity_type: EntityType;
  entity_id: string;
}

/** The targets that are not live records of the workspace, each as it was given. */
export async function listMissingTargets<T extends Target>(
  db: Db,
  { workspacePk, targets }: { workspacePk: number; targets: readonly T[] },
): Promise<T[]> {
  const missing: T[] = [];
  const byType = Map.groupBy(targets, (target) => target.entity_type);
  for (const [entityType, wanted] of byType) {
    if (entityType === 'month' || entityType === 'company_month') continue;
    const ids = [...new Set(wanted.map((target) => target.entity_id))].filter(isUuid);
    const rows = await db.any(listTargets({ workspacePk, entityType, ids }));
    const known = new Set(rows.map((row) => row.id));
    missing.push(...wanted.filter((target) => !known.has(target.entity_id)));
  }
  return missing;
}

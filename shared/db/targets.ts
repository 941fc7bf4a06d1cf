import type { FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { EntityType } from '../domain/enrichment-types.ts';
import { targetTables } from '../domain/records-roots.ts';
import { type Db, sql } from './sql.ts';

/** Targets that are rows; months are made from what they name. */
type RowType = Exclude<EntityType, 'month' | 'company_month'>;

/** A target that is there, by its type and public id, or a recent task, by its input hash. */
const Seen = z.strictObject({
  entity_type: z.string().nullable(),
  name: z.string(),
  task_pk: z.number().nullable(),
});

export interface LookBeforeEnqueue {
  workspacePk: number;
  /** Ids by type, at least one type; each must be a UUID. */
  ids: readonly { entityType: RowType; ids: readonly string[] }[];
  /** Input hashes of tasks that a recent one may stand for. */
  hashes: readonly string[];
  withinSeconds: number;
}

/**
 * All that an enqueue has to know, in one statement: which targets are live records of the workspace, and for each
 * hash the newest completed task that ended within the last `withinSeconds`. One that halted does not count: its
 * evidence may have changed since.
 */
export const lookBeforeEnqueue = ({ workspacePk, ids, hashes, withinSeconds }: LookBeforeEnqueue) => {
  const targets = ids.map((one) => liveTargets({ workspacePk, ...one }));
  const recent = sql.fragment`
    select null::text as entity_type, coalesce(t.input_hash, '') as name, max(t.pk) as task_pk
    from enrichment_tasks t
    where t.workspace_pk = ${workspacePk}
      and t.input_hash = any(${sql.array(hashes, 'text')})
      and t.status = 'completed'
      and t.output ->> 'status' is distinct from 'halted'
      and t.deleted_at is null
      and t.completed_at > clock_timestamp() - make_interval(secs => ${withinSeconds})
    group by t.input_hash`;
  const parts = hashes.length > 0 ? [...targets, recent] : targets;
  return sql.type(Seen)`${sql.join(parts, sql.fragment` union all `)}`;
};

const liveTargets = ({
  workspacePk,
  entityType,
  ids,
}: {
  workspacePk: number;
  entityType: RowType;
  ids: readonly string[];
}): FragmentSqlToken => {
  const { table, id } = targetTables[entityType];
  const scope =
    entityType === 'provider'
      ? sql.fragment`true` // the catalogue of providers is global
      : entityType === 'workspace'
        ? sql.fragment`t.pk = ${workspacePk}`
        : sql.fragment`t.workspace_pk = ${workspacePk}`;
  return sql.fragment`
    select ${entityType}::text as entity_type, ${sql.identifier(['t', id])}::text as name, null::integer as task_pk
    from ${sql.identifier([table])} t
    where ${scope}
      and ${sql.identifier(['t', id])} = any(${sql.array(ids, 'uuid')})
      and t.deleted_at is null`;
};

const isUuid = (id: string) => z.guid().safeParse(id).success;
const keyOf = (entityType: string, id: string) => `${entityType} ${id.toLowerCase()}`;

interface Target {
  entity_type: EntityType;
  entity_id: string;
}

export interface Look<T> {
  workspacePk: number;
  targets: readonly T[];
  hashes?: readonly string[];
  withinSeconds?: number;
}

/** The targets that are no live records of the workspace, each as it was given, and the pks of recent tasks. */
export async function lookUp<T extends Target>(
  db: Db,
  { workspacePk, targets, hashes = [], withinSeconds = 0 }: Look<T>,
): Promise<{ missing: T[]; recentPks: number[] }> {
  const rows = targets.filter(isRow);
  const ids = [...Map.groupBy(rows, ({ entity_type }) => entity_type)].map(([entityType, wanted]) => ({
    entityType,
    ids: [...new Set(wanted.map(({ entity_id }) => entity_id))].filter(isUuid),
  }));
  if (ids.length === 0 && hashes.length === 0) return { missing: [], recentPks: [] };

  const seen = await db.any(lookBeforeEnqueue({ workspacePk, ids, hashes, withinSeconds }));
  const known = new Set(seen.map(({ entity_type, name }) => keyOf(entity_type ?? '', name)));
  return {
    missing: rows.filter(({ entity_type, entity_id }) => !known.has(keyOf(entity_type, entity_id))),
    recentPks: seen.flatMap(({ task_pk }) => (task_pk === null ? [] : [task_pk])),
  };
}

const isRow = <T extends Target>(target: T): target is T & { entity_type: RowType } =>
  targetTables[target.entity_type] !== null;

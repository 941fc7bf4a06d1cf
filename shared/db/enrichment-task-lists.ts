import type { FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import {
  type EnrichmentType,
  type EntityType,
  entityTypes,
  type SourceChannel,
  type TaskStatus,
  taskStatuses,
} from '../domain/enrichment-types.ts';
import { LIST_TOTAL_MAX } from '../domain/limits.ts';
import { viewOf } from './enrichment-task-columns.ts';
import { EnrichmentTaskViewRow } from './enrichment-task-views.ts';
import { keyset, type PageRequest, type TimeRange, Total, upToTotalMax, within } from './page.ts';
import { sql } from './sql.ts';

/** What a list of tasks may be narrowed to; of several values any will do. */
export interface TaskFilters {
  status?: readonly TaskStatus[] | undefined;
  enrichment_type?: readonly EnrichmentType[] | undefined;
  entity_type?: readonly EntityType[] | undefined;
  source_channel?: readonly SourceChannel[] | undefined;
  entity_id?: string | undefined;
  batch_id?: string | undefined;
  /** Public id of the task whose subtasks are wanted. */
  parent_task?: string | undefined;
  created_at?: TimeRange | undefined;
}

interface Filtered {
  workspacePk: number;
  filters: TaskFilters;
}

export interface ListTasks extends PageRequest<'created_at'>, Filtered {}

const TaskInList = EnrichmentTaskViewRow.extend({ sort_key: z.string() });

/**
 * One page of the tasks of a workspace and one row more, which says that there is a next page. The page is found in an
 * index alone, and only its own rows are read: filters that no index is made for then cost no look at each task.
 */
export const listTasks = ({ workspacePk, limit, sort, after, filters }: ListTasks) => {
  const { sortKey, beyond, order } = keyset({
    request: { sort, after },
    key: sql.fragment`t.created_at`,
    pk: sql.fragment`t.pk`,
    pkOf: (publicId) => sql.fragment`(
      select a.pk from enrichment_tasks a where a.enrichment_task_id = ${publicId} and a.workspace_pk = ${workspacePk}
    )`,
  });
  const branches = onePerValue(filters).map(
    (branch) => sql.fragment`(
      select t.pk, t.created_at
      from enrichment_tasks t
      where ${conditions({ workspacePk, filters: branch })}
        ${beyond}
      ${order}
      limit ${limit + 1}
    )`,
  );
  return sql.type(TaskInList)`
    ${viewOf(
      sql.fragment`(
        select whole.*
        from (
          select t.pk
          from (${sql.join(branches, sql.fragment` union all `)}) t
          ${order}
          limit ${limit + 1}
        ) page
        -- Row by row: a join may choose to read the whole workspace.
        cross join lateral (
          select *
          from enrichment_tasks w
          where w.pk = page.pk
          limit 1
        ) whole
      )`,
      sortKey,
    )}
    ${order}`;
};

/** How many tasks a list has, up to a bound. */
export const countTasks = ({ workspacePk, filters }: Filtered) => {
  // In the order of an index, or the planner reads the table; few tasks need none.
  const order = isFew(filters) ? sql.fragment`` : sql.fragment`order by t.created_at, t.pk`;
  const branches = onePerValue(filters).map(
    (branch) => sql.fragment`(
      select
      from enrichment_tasks t
      where ${conditions({ workspacePk, filters: branch })}
      ${order}
      limit ${LIST_TOTAL_MAX + 1}
    )`,
  );
  return sql.type(Total)`${upToTotalMax(
    sql.fragment`select from (${sql.join(branches, sql.fragment` union all `)}) found`,
  )}`;
};

/**
 * The same list as lists that have one status or one type each: an index is in order for one value only. Of a batch, a
 * parent or a target there are few tasks, which need no order.
 */
const onePerValue = (filters: TaskFilters): TaskFilters[] => {
  const { status, enrichment_type } = filters;
  if (isFew(filters)) return [filters];
  if (status && status.length > 1) return status.map((one) => ({ ...filters, status: [one] }));
  if (enrichment_type && enrichment_type.length > 1)
    return enrichment_type.map((one) => ({ ...filters, enrichment_type: [one] }));
  return [filters];
};

const isFew = ({ entity_id, batch_id, parent_task }: TaskFilters): boolean =>
  entity_id !== undefined || batch_id !== undefined || parent_task !== undefined;

const conditions = ({ workspacePk, filters }: Filtered): FragmentSqlToken => {
  const { entity_id, batch_id, parent_task } = filters;
  const all = [
    sql.fragment`t.workspace_pk = ${workspacePk} and t.deleted_at is null`,
    anyOf('status', 'enrichment_task_status_enum', filters.status),
    anyOf('enrichment_type', 'text', filters.enrichment_type),
    // The index of targets begins with their type, so all of them are named where the caller named none.
    anyOf('entity_type', 'text', filters.entity_type ?? (entity_id === undefined ? undefined : entityTypes)),
    anyOf('source_channel', 'source_channel_enum', filters.source_channel),
    entity_id === undefined ? null : sql.fragment`t.entity_id = ${entity_id}`,
    batch_id === undefined ? null : sql.fragment`t.batch_id = ${batch_id}::uuid`,
    parent_task === undefined
      ? null
      : sql.fragment`t.parent_task_pk = (
          select p.pk
          from enrichment_tasks p
          where p.enrichment_task_id = ${parent_task}::uuid
            and p.workspace_pk = ${workspacePk}
            and p.deleted_at is null
        )`,
  ].filter((condition) => condition !== null);
  return sql.fragment`${sql.join(all, sql.fragment` and `)} ${within(sql.fragment`t.created_at`, filters.created_at)}`;
};

const anyOf = (
  column: string,
  type: string,
  values: readonly string[] | undefined,
): FragmentSqlToken | null => {
  const [only, ...others] = values ?? [];
  if (only === undefined) return null;
  const name = sql.identifier(['t', column]);
  return others.length > 0
    ? sql.fragment`${name} = any(${sql.array(values ?? [], type)})`
    : sql.fragment`${name} = ${only}::${sql.identifier([type])}`;
};

const StatusCount = z.strictObject({ status: z.enum(taskStatuses), count: z.number() });

/** How the tasks of a batch stand, one row per status that occurs. */
export const countBatch = ({ workspacePk, batchId }: { workspacePk: number; batchId: string }) =>
  sql.type(StatusCount)`
    select t.status, count(*) as count
    from enrichment_tasks t
    where t.batch_id = ${batchId}::uuid
      and t.workspace_pk = ${workspacePk}
      and t.deleted_at is null
    group by t.status`;

/** Subtasks of each of these tasks for reading, the oldest first and at most `limit` of each. */
export const listSubtaskViews = ({
  workspacePk,
  taskIds,
  limit,
}: {
  workspacePk: number;
  taskIds: readonly string[];
  limit: number;
}) =>
  sql.type(EnrichmentTaskViewRow)`
    ${viewOf(sql.fragment`(
      select c.*
      from enrichment_tasks wanted
      cross join lateral (
        select *
        from enrichment_tasks c
        where c.parent_task_pk = wanted.pk
          and c.workspace_pk = ${workspacePk}
          and c.deleted_at is null
        order by c.created_at, c.pk
        limit ${limit}
      ) c
      where wanted.enrichment_task_id = any(${sql.array(taskIds, 'uuid')})
        and wanted.workspace_pk = ${workspacePk}
        and wanted.deleted_at is null
    )`)}
    order by t.parent_task_pk, t.created_at, t.pk`;

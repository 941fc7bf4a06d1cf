import { z } from 'zod';
import type { CollectStatus } from '../domain/collect-states.ts';
import { CollectRow, collectParts } from './collects.ts';
import { keyset, type PageRequest, type TimeRange, Total, upToTotalMax, within } from './page.ts';
import { publicId } from './public-id.ts';
import { sql } from './sql.ts';

/** What a list of collects is narrowed by. */
export interface CollectFilters {
  status?: readonly CollectStatus[] | undefined;
  provider?: readonly string[] | undefined;
  /** Public id of the to-do item that triggered the run. */
  task?: string | undefined;
  created_at?: TimeRange | undefined;
}

const matching = ({ workspacePk, filters }: { workspacePk: number; filters: CollectFilters }) => sql.fragment`
  c.workspace_pk = ${workspacePk}
  and c.deleted_at is null
  ${filters.status ? sql.fragment`and c.status = any(${sql.array(filters.status, 'collect_status_enum')})` : sql.fragment``}
  ${filters.provider ? sql.fragment`and c.provider = any(${sql.array(filters.provider, 'text')})` : sql.fragment``}
  ${
    filters.task === undefined
      ? sql.fragment``
      : sql.fragment`and c.task_pk = (
          select pk
          from tasks
          where task_id = ${publicId(filters.task)} and workspace_pk = ${workspacePk} and deleted_at is null
        )`
  }
  ${within(sql.fragment`c.created_at`, filters.created_at)}`;

const ListedCollect = CollectRow.extend({ sort_key: z.string() });

export interface ListCollects extends PageRequest<'created_at'> {
  workspacePk: number;
  filters: CollectFilters;
}

/** One page of the collects of a workspace and the first row of the next; legacy rows without one are never in it. */
export const listCollects = ({ workspacePk, filters, limit, ...request }: ListCollects) => {
  const { sortKey, beyond, order } = keyset({
    request,
    key: sql.fragment`c.created_at`,
    pk: sql.fragment`c.pk`,
    pkOf: (id) =>
      sql.fragment`(select pk from collects where collect_id = ${id} and workspace_pk = ${workspacePk})`,
  });
  return sql.type(ListedCollect)`
    select ${collectParts.columns}, ${sortKey}
    from collects c
    ${collectParts.relations}
    where ${matching({ workspacePk, filters })}
      ${beyond}
    ${order}
    limit ${limit + 1}`;
};

/** How many there are, up to a bound. */
export const countCollects = (filtered: { workspacePk: number; filters: CollectFilters }) =>
  sql.type(Total)`${upToTotalMax(sql.fragment`
    select
    from collects c
    where ${matching(filtered)}
    order by c.created_at, c.pk`)}`;

/** A collect of this workspace; null when it is gone, deleted, another workspace's or a legacy row without one. */
export const findCollect = ({ workspacePk, collectId }: { workspacePk: number; collectId: string }) =>
  sql.type(CollectRow)`
    select ${collectParts.columns}
    from collects c
    ${collectParts.relations}
    where c.collect_id = ${collectId}
      and c.workspace_pk = ${workspacePk}
      and c.deleted_at is null`;

import { z } from 'zod';
import { findProviderConnector } from './providers.ts';
import { type Db, sql } from './sql.ts';

const SyncLog = z.strictObject({ workspace_connector_sync_log_id: z.string() });

export interface InsertCollectSyncLog {
  workspacePk: number;
  collectPk: number;
  connectorPk: number;
  /** What the client says went wrong. */
  error: string | null;
}

/**
 * Writes the line that the end of a collect leaves, with its times and the number of files it uploaded. A collect has
 * one line at most: no row when it has one already.
 */
export const insertCollectSyncLog = ({ workspacePk, collectPk, connectorPk, error }: InsertCollectSyncLog) =>
  sql.type(SyncLog)`
    insert into workspace_connector_sync_logs (
      workspace_pk, workspace_connector_pk, status, trigger_type, started_at, completed_at, duration_ms, error, metadata
    )
    select
      c.workspace_pk,
      ${connectorPk},
      case c.status when 'finalized' then 'success'::sync_log_status_enum else 'error' end,
      'manual',
      c.started_at,
      c.ended_at,
      -- Milliseconds in an integer column hold 24 days, and a run can be left open for longer. LEAST passes over null.
      case
        when c.started_at is not null
        then least(extract(epoch from c.ended_at - c.started_at) * 1000, 2147483647)::integer
      end,
      ${error},
      jsonb_strip_nulls(jsonb_build_object('task_id', t.task_id)) || jsonb_build_object(
        'collect_id', c.collect_id,
        'provider', c.provider,
        'records_synced', (
          select count(*)
          from documents d
          where d.collect_pk = c.pk
            and d.workspace_pk = c.workspace_pk
            and d.deleted_at is null
        )
      )
    from collects c
    left join tasks t on t.pk = c.task_pk and t.workspace_pk = c.workspace_pk and t.deleted_at is null
    where c.pk = ${collectPk}
      and c.workspace_pk = ${workspacePk}
      and c.status in ('finalized', 'error')
    on conflict ((metadata ->> 'collect_id')) do nothing
    returning workspace_connector_sync_log_id`;

export interface CollectEnd {
  workspacePk: number;
  collectPk: number;
  provider: string | null;
  error: string | null;
}

/**
 * What the end of a collect leaves behind, for the transaction that ends it: one line in the sync log of the
 * workspace's connector. False when no connector serves the provider: the log needs one, so there is no line.
 */
export async function recordCollectEnd(
  db: Db,
  { workspacePk, collectPk, provider, error }: CollectEnd,
): Promise<boolean> {
  const connector = provider
    ? await db.maybeOne(findProviderConnector({ workspacePk, slug: provider }))
    : null;
  if (!connector) return false;
  await db.maybeOne(insertCollectSyncLog({ workspacePk, collectPk, connectorPk: connector.pk, error }));
  return true;
}

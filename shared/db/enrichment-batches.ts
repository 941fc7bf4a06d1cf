import { z } from 'zod';
import { NoRow, sql, Timestamp } from './sql.ts';

const BatchRow = z.strictObject({
  batch_id: z.uuid(),
  workspace_pk: z.number(),
  expected: z.number(),
  completed_at: Timestamp.nullable(),
});

/** Opens a batch in the transaction that inserts its tasks. */
export const insertBatch = ({
  workspacePk,
  batchId,
  expected,
}: {
  workspacePk: number;
  batchId: string;
  expected: number;
}) =>
  sql.type(BatchRow)`
    insert into enrichment_batches (workspace_pk, batch_id, expected)
    values (${workspacePk}, ${batchId}::uuid, ${expected})
    returning batch_id, workspace_pk, expected, completed_at`;

const BatchId = z.strictObject({ batch_id: z.uuid() });

/** The one batch of a parent's subtasks, which is made on its first call and expects `count` more on each. */
export const growParentBatch = ({
  workspacePk,
  parentTaskPk,
  count,
}: {
  workspacePk: number;
  parentTaskPk: number;
  count: number;
}) =>
  sql.type(BatchId)`
    insert into enrichment_batches as b (workspace_pk, parent_task_pk, expected)
    values (${workspacePk}, ${parentTaskPk}, ${count})
    on conflict (parent_task_pk) where parent_task_pk is not null
    do update set expected = b.expected + excluded.expected, completed_at = null
    returning b.batch_id`;

/** Opens a batch again for one task more; a batch without a row stays without. */
export const growBatch = ({ workspacePk, batchId }: { workspacePk: number; batchId: string }) =>
  sql.type(NoRow)`
    update enrichment_batches
    set expected = expected + 1,
        completed_at = null
    where batch_id = ${batchId}::uuid
      and workspace_pk = ${workspacePk}`;

/** Locks a batch before its tasks, so that two last tasks cannot each see the other as open. */
export const lockBatch = ({ batchId }: { batchId: string }) =>
  sql.type(BatchRow)`
    select batch_id, workspace_pk, expected, completed_at
    from enrichment_batches
    where batch_id = ${batchId}::uuid
    for no key update`;

/**
 * True of a batch `b` to which nothing is to come: no task of it is open, and its parent has ended or waits for them.
 */
const nothingToCome = sql.fragment`
  not exists (
    select 1
    from enrichment_tasks t
    where t.batch_id = b.batch_id
      and t.status in ('pending', 'processing')
      and t.deleted_at is null
  )
  and not exists (
    select 1
    from enrichment_tasks p
    where p.pk = b.parent_task_pk
      and p.status in ('pending', 'processing')
      and p.lease_until is distinct from 'infinity'
      and p.deleted_at is null
  )`;

/**
 * Marks a batch complete if nothing is to come; a row is answered exactly once. It is named by its id, or by the task
 * whose subtasks it groups.
 */
export const completeBatch = (which: { batchId: string } | { parentTaskPk: number }) =>
  sql.type(BatchRow)`
    update enrichment_batches b
    set completed_at = clock_timestamp()
    where ${
      'batchId' in which
        ? sql.fragment`b.batch_id = ${which.batchId}::uuid`
        : sql.fragment`b.parent_task_pk = ${which.parentTaskPk}`
    }
      and b.completed_at is null
      and ${nothingToCome}
    returning batch_id, workspace_pk, expected, completed_at`;

/** Batches that are not marked complete although nothing is to come. */
export const listForgottenBatches = ({ limit }: { limit: number }) =>
  sql.type(BatchId)`
    select b.batch_id
    from enrichment_batches b
    where b.completed_at is null
      and ${nothingToCome}
    order by b.pk
    limit ${limit}`;

import { z } from 'zod';
import { sql, Timestamp } from './sql.ts';

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

/** Locks a batch before its tasks, so that two last tasks cannot each see the other as open. */
export const lockBatch = ({ batchId }: { batchId: string }) =>
  sql.type(BatchRow)`
    select batch_id, workspace_pk, expected, completed_at
    from enrichment_batches
    where batch_id = ${batchId}::uuid
    for no key update`;

/** Marks the batch complete if none of its tasks is open; a row is answered exactly once. */
export const completeBatch = ({ batchId }: { batchId: string }) =>
  sql.type(BatchRow)`
    update enrichment_batches b
    set completed_at = clock_timestamp()
    where b.batch_id = ${batchId}::uuid
      and b.completed_at is null
      and not exists (
        select 1
        from enrichment_tasks t
        where t.batch_id = b.batch_id
          and t.status in ('pending', 'processing')
          and t.deleted_at is null
      )
    returning batch_id, workspace_pk, expected, completed_at`;

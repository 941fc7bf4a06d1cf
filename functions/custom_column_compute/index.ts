import type { Caller } from '../../shared/auth/caller.ts';
import { findCustomColumn, listCells, listCustomColumns } from '../../shared/db/custom-columns.ts';
import type { Database } from '../../shared/db/pool.ts';
import { listRecords } from '../../shared/db/records.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { TaskQueue } from '../../shared/dispatch/queue.ts';
import { computeColumn } from '../../shared/domain/computing-tasks.ts';
import { fieldPaths, type RecordRoot, rootOf } from '../../shared/domain/records-roots.ts';
import { notFound, unprocessable } from '../../shared/errors.ts';
import { cellContent, columnOf } from '../../shared/formula/columns.ts';
import { buildProgram, valuesRead } from '../../shared/formula/program.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { enqueueOnce } from '../../shared/http/enqueue-once.ts';
import { enqueueComputing, fingerprint, refuseInvalid, refuseMissing } from '../enqueue-computing.ts';
import { CustomColumnComputeAnswers, CustomColumnComputeBody, CustomColumnComputeParams } from './schema.ts';

/** `POST /v1/custom-columns/{id}/compute`: asks for the cells of up to 500 records, as one batch. */
export const customColumnCompute = endpointsFor<Caller, { database: Database; queue: TaskQueue }>()({
  name: 'custom_column_compute',
  summary: 'Compute the cells of a custom column',
  answers: CustomColumnComputeAnswers,
  errors: ['CUSTOM_COLUMN_NOT_FOUND', 'ROOT_MISMATCH', 'RULE_INVALID', 'ENTITY_NOT_FOUND'],
  params: CustomColumnComputeParams,
  body: CustomColumnComputeBody,

  async handle(context, { params: { id: customColumnId }, body: { data } }): Promise<Answer> {
    const { caller } = context;
    const { workspacePk, personId } = caller;
    const { root, record_ids: recordIds, force = false } = data.attributes;
    const actor = `user:${personId}`;

    return enqueueOnce(context, async (db) => {
      const asked = await readTasks(db, { workspacePk, customColumnId, root, recordIds });
      const { inserted, batchId } = await enqueueComputing(db, { workspacePk, actor, tasks: asked, force });
      const body = {
        status: 'accepted',
        custom_column_id: customColumnId,
        record_count: recordIds.length,
        batch_id: batchId,
      };
      return { answer: { status: 202, body }, tasks: inserted };
    });
  },
});

interface Wanted {
  workspacePk: number;
  customColumnId: string;
  root: RecordRoot;
  recordIds: string[];
}

/** One task per record. Throws for a column, root, record or formula that cannot be computed. */
async function readTasks(db: Db, { workspacePk, customColumnId, root, recordIds }: Wanted) {
  const row = await db.maybeOne(findCustomColumn({ workspacePk, customColumnId }));
  if (!row) throw notFound('custom_column');
  if (row.root !== root) throw unprocessable('ROOT_MISMATCH', `The column is one of ${row.root}.`);

  const rows = await db.any(listCustomColumns({ workspacePk, root }));
  const column = columnOf(row);
  const { formula, prompt } = column;
  if (formula === null && prompt === null)
    throw unprocessable('RULE_INVALID', 'The column has neither a formula nor a prompt.');
  let reads: string[] | null = null;
  if (formula !== null) {
    const built = buildProgram({ ...column, formula }, rows.map(columnOf), fieldPaths(root));
    refuseInvalid(built);
    reads = built.reads;
  }

  const records = await db.any(listRecords({ workspacePk, root, ids: recordIds }));
  refuseMissing(recordIds, records, root);
  const cells = Map.groupBy(
    await db.any(listCells({ workspacePk, root, recordIds })),
    ({ record_id }) => record_id,
  );
  const currency = [rootOf(root).currency ?? []].flat();
  const keys = new Map(rows.map(({ pk, field_key }) => [pk, field_key]));
  return records.map(({ id, values }) => {
    const own = (cells.get(id) ?? []).map(({ custom_column_pk, value, origin }) => [
      `cell ${keys.get(custom_column_pk)}`,
      [cellContent(value), origin],
    ]);
    const asOf = fingerprint({
      ...(reads ? valuesRead(values, [...reads, ...currency]) : values),
      ...Object.fromEntries(own),
    });
    return computeColumn({ root, recordId: id, asOf }, row);
  });
}

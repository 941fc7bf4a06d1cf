import type { Caller } from '../../shared/auth/caller.ts';
import { listCells, listCustomColumns } from '../../shared/db/custom-columns.ts';
import { findFieldRuleOf } from '../../shared/db/field-rules.ts';
import type { Database } from '../../shared/db/pool.ts';
import { listRecords } from '../../shared/db/records.ts';
import type { Db } from '../../shared/db/sql.ts';
import type { TaskQueue } from '../../shared/dispatch/queue.ts';
import { applyRule } from '../../shared/domain/computing-tasks.ts';
import { fieldPaths, type RecordRoot } from '../../shared/domain/records-roots.ts';
import { notFound, unprocessable } from '../../shared/errors.ts';
import { cellContent, columnOf } from '../../shared/formula/columns.ts';
import { buildProgram } from '../../shared/formula/program.ts';
import { ruleOf } from '../../shared/formula/rule.ts';
import type { Answer } from '../../shared/http/answer.ts';
import { endpointsFor } from '../../shared/http/endpoint.ts';
import { enqueueOnce } from '../../shared/http/enqueue-once.ts';
import { enqueueComputing, fingerprint, refuseInvalid, refuseMissing } from '../enqueue-computing.ts';
import { FieldRuleComputeAnswers, FieldRuleComputeBody, FieldRuleComputeParams } from './schema.ts';

/** `POST /v1/field-rules/{root}/{field_key}/compute`: applies a rule to up to 500 records, as one batch. */
export const fieldRuleCompute = endpointsFor<Caller, { database: Database; queue: TaskQueue }>()({
  name: 'field_rule_compute',
  summary: 'Apply a field rule to records',
  answers: FieldRuleComputeAnswers,
  errors: ['FIELD_RULE_NOT_FOUND', 'ROOT_MISMATCH', 'RULE_INVALID', 'ENTITY_NOT_FOUND'],
  params: FieldRuleComputeParams,
  body: FieldRuleComputeBody,

  async handle(context, { params: { root, field_key: fieldKey }, body: { data } }): Promise<Answer> {
    const { caller } = context;
    const { workspacePk, personId } = caller;
    const { root: repeated = root, record_ids: recordIds, force = false } = data.attributes;
    if (repeated !== root) throw unprocessable('ROOT_MISMATCH', `The path names ${root}.`);
    const actor = `user:${personId}`;

    return enqueueOnce(context, async (db) => {
      const asked = await readTasks(db, { workspacePk, root, fieldKey, recordIds });
      const { inserted, batchId } = await enqueueComputing(db, { workspacePk, actor, tasks: asked, force });
      const body = {
        status: 'accepted',
        field_key: fieldKey,
        root,
        record_count: recordIds.length,
        batch_id: batchId,
      };
      return { answer: { status: 202, body }, tasks: inserted };
    });
  },
});

interface Wanted {
  workspacePk: number;
  root: RecordRoot;
  fieldKey: string;
  recordIds: string[];
}

/** One task per record. Throws for a rule, field, record or formula that cannot be applied. */
async function readTasks(db: Db, { workspacePk, root, fieldKey, recordIds }: Wanted) {
  const row = await db.maybeOne(findFieldRuleOf({ workspacePk, root, fieldKey }));
  if (!row) throw notFound('field_rule');
  const fields = fieldPaths(root);
  const type = fields.get(fieldKey);
  if (!type) throw unprocessable('RULE_INVALID', `There is no field ${fieldKey} in ${root}.`);

  const rule = ruleOf(row, type);
  const columns = await db.any(listCustomColumns({ workspacePk, root }));
  if (rule.formula !== null)
    refuseInvalid(buildProgram({ ...rule, formula: rule.formula }, columns.map(columnOf), fields));

  const records = await db.any(listRecords({ workspacePk, root, ids: recordIds }));
  refuseMissing(recordIds, records, root);
  const cells = Map.groupBy(
    await db.any(listCells({ workspacePk, root, recordIds })),
    ({ record_id }) => record_id,
  );
  return records.map(({ id, values }) => {
    const own = (cells.get(id) ?? []).map(({ custom_column_pk, value }) => [
      `cell ${custom_column_pk}`,
      cellContent(value),
    ]);
    return applyRule(
      { root, recordId: id, asOf: fingerprint({ ...values, ...Object.fromEntries(own) }) },
      row,
    );
  });
}

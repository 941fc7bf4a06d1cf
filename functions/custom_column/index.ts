import { failed, halted } from '../../shared/domain/outcomes.ts';
import { fieldPaths, rootOf } from '../../shared/domain/records-roots.ts';
import { cellQuestion, unknownMention } from '../../shared/formula/cell-question.ts';
import { currencyOf, rowOf, withCells } from '../../shared/formula/columns.ts';
import { answerCell, computeCell, type Found, isFound } from '../../shared/formula/compute-cell.ts';
import { withColumns } from '../../shared/formula/program.ts';
import { askModel } from '../../shared/tasks/ask-model.ts';
import { defineEnrichment, type Run, type Tools } from '../../shared/tasks/define-enrichment.ts';
import type { Engines } from './engines.ts';
import { findSubject, type Subject } from './find-subject.ts';
import { keepCell } from './keep-cell.ts';
import { CustomColumnInput, CustomColumnOutput } from './schema.ts';

export const customColumn = defineEnrichment<CustomColumnInput, Engines>({
  type: 'custom_column',
  input: CustomColumnInput,
  output: CustomColumnOutput,

  async run(run, tools) {
    const { input, task, targetFields } = run;
    const { root, record_id: recordId, force = false } = input;
    if (task.entity_type !== rootOf(root).entityType || task.entity_id !== recordId)
      return failed('INPUT_INVALID', 'the input names another record than the task');

    const subject = await findSubject(run, tools);
    if (subject === 'column_deleted') return halted('column_deleted', 'the column is gone');
    if (subject === 'other_root') return failed('INPUT_INVALID', `the column is not one of ${root}`);
    if (subject === 'no_record') return failed('NOT_FOUND', `there is no ${task.entity_type} ${recordId}`);
    const { row, cell } = subject;
    if (targetFields && !targetFields.includes(row.field_key))
      return failed('INPUT_INVALID', `target_fields does not name ${row.field_key}, the column of the input`);
    if (cell?.origin === 'user' && !force)
      return halted('user_value', 'a person entered this cell; force replaces it');

    const found = await findValue(run, subject, tools);
    if (!isFound(found)) return found;
    return (db) => keepCell(db, { workspacePk: run.workspacePk, taskPk: task.pk, force, subject, found });
  },
});

/** By the formula where the column has one, else by asking a model. */
async function findValue(
  run: Run<CustomColumnInput>,
  { root, column, definitions, values, cells }: Subject,
  { formulas, model, write, log }: Pick<Tools, 'write' | 'log'> & Engines,
): Promise<Found> {
  const currency = currencyOf(values, rootOf(root).currency);
  const { formula, prompt } = column;
  if (formula !== null) {
    const built = definitions.programOf({ ...column, formula });
    return computeCell(built, (program) => rowOf(program, values, cells, currency), {
      formulas,
      signal: run.signal,
    });
  }
  if (prompt === null) return failed('RULE_INVALID', 'the column has neither a formula nor a prompt');
  const unknown = unknownMention(prompt, withColumns(fieldPaths(root), definitions.columns));
  if (unknown) return failed('RULE_INVALID', unknown);
  if (run.input.allow_model === false)
    return halted('model_not_allowed', 'the task may not ask a model, and the column takes one');
  const shape = { ...column.shape, currency: column.shape.currency ?? currency };
  // Its own cell is no evidence for what it should hold.
  const known = withCells(
    values,
    cells.filter(({ key }) => key !== column.key),
  );
  const reply = await askModel(run, { model, write, log }, cellQuestion(prompt, shape, known));
  return answerCell(reply, shape, known);
}

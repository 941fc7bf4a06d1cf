import { failed, halted, type Outcome } from '../../shared/domain/outcomes.ts';
import { fieldPaths, rootOf } from '../../shared/domain/records-roots.ts';
import { cellQuestion, unknownMention } from '../../shared/formula/cell-question.ts';
import { type CellValue, coerce } from '../../shared/formula/cell-value.ts';
import { currencyOf, rowOf, withCells } from '../../shared/formula/columns.ts';
import { answerCell, computeCell, type Found, isFound } from '../../shared/formula/compute-cell.ts';
import { buildProgram, withColumns } from '../../shared/formula/program.ts';
import { askModel } from '../../shared/tasks/ask-model.ts';
import { defineEnrichment, type Run, type Tools } from '../../shared/tasks/define-enrichment.ts';
import type { Engines } from './engines.ts';
import { findSubject, type Subject } from './find-subject.ts';
import { keepValue } from './keep-value.ts';
import { FieldRuleInput, FieldRuleOutput } from './schema.ts';

/** Lays a rule's value over a field of a record, which itself stays as it is. A field has one rule at most. */
export const fieldRule = defineEnrichment<FieldRuleInput, Engines>({
  type: 'field_rule',
  input: FieldRuleInput,
  output: FieldRuleOutput,

  async run(run, tools) {
    const { input, task, targetFields, workspacePk } = run;
    const { root, field_key: fieldKey, record_id: recordId } = input;
    if (task.entity_type !== rootOf(root).entityType || task.entity_id !== recordId)
      return failed('INPUT_INVALID', 'the input names another record than the task');
    if (targetFields && !targetFields.includes(fieldKey))
      return failed('INPUT_INVALID', `target_fields does not name ${fieldKey}, the field of the input`);

    const subject = await tools.read((db) => findSubject(db, run));
    if (subject === 'rule_deleted') return halted('rule_deleted', 'the rule is gone');
    if (subject === 'other_field')
      return failed('INPUT_INVALID', `the rule is not about ${fieldKey} of ${root}`);
    if (subject === 'unknown_field') return failed('RULE_INVALID', `${root} have no field ${fieldKey}`);
    if (subject === 'no_record') return failed('NOT_FOUND', `there is no ${task.entity_type} ${recordId}`);

    const found = await findValue(run, subject, tools);
    if (!('source' in found)) return found;
    return (db) => keepValue(db, { workspacePk, taskPk: task.pk, recordId, subject, found });
  },
});

/** A value, and what it rests on. */
export interface FoundValue {
  cell: CellValue;
  source: 'formula' | 'ai' | 'base';
  confidence?: number;
  model?: Record<string, unknown>;
}

/** The formula gives the value, else what the rule asks a model, else the field itself. */
async function findValue(
  run: Run<FieldRuleInput>,
  subject: Subject,
  { formulas, model, write, log }: Pick<Tools, 'write' | 'log'> & Engines,
): Promise<FoundValue | Outcome> {
  const { root, rule, columns, values, cells } = subject;
  const fields = fieldPaths(root);
  const currency = currencyOf(values, rootOf(root).currency);
  const { formula, prompt } = rule;
  if (formula !== null) {
    const built = buildProgram({ ...rule, formula }, columns, fields);
    const row = (program: Parameters<typeof rowOf>[0]) => rowOf(program, values, cells, currency);
    return named(await computeCell(built, row, { formulas, signal: run.signal }), 'formula');
  }
  const shape = { ...rule.shape, currency: rule.shape.currency ?? currency };
  if (prompt !== null) {
    const unknown = unknownMention(prompt, withColumns(fields, columns));
    if (unknown) return failed('RULE_INVALID', unknown);
    if (run.input.allow_model === false)
      return halted('model_not_allowed', 'the task may not ask a model, and the rule takes one');
    const known = withCells(values, cells);
    const reply = await askModel(run, { model, write, log }, cellQuestion(prompt, shape, known));
    return named(answerCell(reply, shape, known), 'ai');
  }
  const base = coerce(values[rule.key], shape);
  return 'cell' in base ? { ...base, source: 'base' } : halted('type_mismatch', base.mismatch);
}

function named(found: Found, source: 'formula' | 'ai'): FoundValue | Outcome {
  if (!isFound(found)) return found;
  const { engine: _engine, ...value } = found;
  return { ...value, source };
}

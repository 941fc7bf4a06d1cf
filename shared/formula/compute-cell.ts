import { failed, halted, type Outcome } from '../domain/outcomes.ts';
import { sureness } from './cell-question.ts';
import type { CellShape, CellValue } from './cell-value.ts';
import { coerce } from './cell-value.ts';
import type { FormulaProblem } from './check-formula.ts';
import type { Row, RowResult } from './evaluate-rows.ts';
import type { Evaluator } from './evaluator.ts';
import type { RecordValues } from './fields.ts';
import type { BuiltProgram } from './program.ts';

/** A value that was found, by which engine; or how the run ends without one. */
export type Found =
  | { cell: CellValue; engine: 'formula' | 'model'; confidence?: number; model?: Record<string, unknown> }
  | Outcome;

/** Whether a value was found. */
export const isFound = (found: Found): found is Exclude<Found, Outcome> => 'cell' in found;

/** How a formula that may not run ends its task. */
export const ruleInvalid = ({ position, message }: FormulaProblem): Outcome =>
  failed('RULE_INVALID', `at character ${position}: ${message}`);

/** Runs a program for one record. */
export async function computeCell(
  built: BuiltProgram | FormulaProblem,
  row: (built: BuiltProgram) => Row,
  { formulas, signal }: { formulas: Pick<Evaluator, 'evaluate'>; signal: AbortSignal },
): Promise<Found> {
  if (!built.ok) return ruleInvalid(built);
  const [result] = await formulas.evaluate(built.program, [row(built)], { signal });
  return endOf(result ?? { error: 'the formula gave nothing' });
}

function endOf(result: RowResult): Found {
  if ('cell' in result) return { cell: result.cell, engine: 'formula' };
  if ('mismatch' in result) return halted('type_mismatch', result.mismatch);
  return halted('formula_error', result.error);
}

/** What asking a model came to, as shared/tasks/ask-model.ts says it. */
type Reply =
  | {
      value: { value: string | null };
      model_id: string;
      prompt_hash: string;
      answer_hash: string;
      usage: object;
    }
  | { refused: string; detail?: string };

/** The cell that a model's answer makes. It was asked once more before an answer counts as unfit. */
export function answerCell(reply: Reply, shape: CellShape, values: RecordValues): Found {
  if ('refused' in reply) {
    switch (reply.refused) {
      case 'no_model':
        return halted('model_not_configured', 'this installation has no model, and the value takes one');
      case 'invalid_answer':
        return halted('type_mismatch', 'two answers of the model did not fit the type of the column');
      default:
        return halted(`model_${reply.refused}`, reply.detail ?? 'the model was not asked');
    }
  }
  const coerced = coerce(reply.value.value, shape);
  if (!('cell' in coerced)) return halted('type_mismatch', coerced.mismatch);
  const { model_id, prompt_hash, answer_hash, usage } = reply;
  return {
    cell: coerced.cell,
    engine: 'model',
    confidence: sureness(coerced.cell, values),
    model: { model_id, prompt_hash, answer_hash, ...usage },
  };
}

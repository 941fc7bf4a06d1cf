import type { Model } from '../../shared/ai/model.ts';
import type { Evaluator } from '../../shared/formula/evaluator.ts';

/** What finds the value of a cell. */
export interface Engines {
  formulas: Pick<Evaluator, 'evaluate'>;
  model: Model | null;
}

import type { ModelBudget } from '../../shared/ai/budget.ts';
import { type Ask, type Model, ModelUnavailable, type Question } from '../../shared/ai/model.ts';

/** More than any test asks for; prices are nice to add up. */
export const ampleBudget: ModelBudget = {
  callsPerTask: 100,
  tokensPerTask: 10_000_000,
  tokensPerMonth: 100_000_000,
  costPerMonth: null,
  inputPrice: 1,
  outputPrice: 10,
};

/** What a fake model says: an object as a model would write it, or that its endpoint is away. */
export type Said = object | 'away';

/**
 * A model that gives these answers in turn, or whatever a function makes of the question, and keeps what it was asked.
 * Like the real port it hands on nothing that the schema does not let through.
 */
export function fakeModel(
  says: Said[] | ((question: Question<unknown>) => Said),
  budget: Partial<ModelBudget> = {},
): Model & { asked: Question<unknown>[] } {
  const asked: Question<unknown>[] = [];
  const next = typeof says === 'function' ? says : () => says.shift() ?? 'away';
  return {
    policy: 'test/small',
    budget: { ...ampleBudget, ...budget },
    asked,
    async extract<T>({ signal, ...question }: Ask<T>) {
      signal.throwIfAborted();
      asked.push(question);
      const said = next(question);
      if (said === 'away')
        throw new ModelUnavailable('the model endpoint answered 503', {
          ...{ input_tokens: 0, output_tokens: 0, cost: '0.000000' },
        });
      const parsed = question.schema.safeParse(said);
      return {
        ...(parsed.success ? { value: parsed.data } : { refused: 'invalid_answer' as const }),
        usage: { input_tokens: 10, output_tokens: 2, cost: '0.000030' },
        model_id: 'small-1',
        prompt_hash: `sha256:${'1'.repeat(64)}`,
        answer_hash: `sha256:${'2'.repeat(64)}`,
      };
    },
  };
}

import { z } from 'zod';
import type { Config } from '../config.ts';
import { addAmounts, formatAmount, multiplyAmounts } from '../domain/money.ts';
import type { Question, Usage } from './model.ts';
import { quoteDocument } from './quote-document.ts';

/** Longest answer, in tokens: an invoice of a few hundred lines. */
export const ANSWER_TOKENS_MAX = 8_000;
/** How much of an unusable answer is shown to the model again, in characters. */
export const REPAIR_CHARACTERS_MAX = 8_000;
/** Fewer than any language we meet has on average, so that a guess of tokens errs upwards. */
const CHARACTERS_PER_TOKEN = 2;

/** How much may be asked of a model. */
export interface ModelBudget {
  /** Questions of one task, over all its runs. */
  callsPerTask: number;
  /** Tokens of one task, in and out, over all its runs. */
  tokensPerTask: number;
  /** Tokens of one workspace in a calendar month, UTC. */
  tokensPerMonth: number;
  /** Cost of one workspace in that month, decimal string in the currency of the prices; null means no limit. */
  costPerMonth: string | null;
  /** Prices of a million tokens. */
  inputPrice: number;
  outputPrice: number;
}

export type BudgetSettings = Pick<
  Config,
  | 'MODEL_TASK_CALLS_MAX'
  | 'MODEL_TASK_TOKENS_MAX'
  | 'MODEL_WORKSPACE_TOKENS_PER_MONTH'
  | 'MODEL_WORKSPACE_COST_PER_MONTH'
  | 'MODEL_INPUT_PRICE'
  | 'MODEL_OUTPUT_PRICE'
>;

/** The configured budget. */
export const budgetOf = (settings: BudgetSettings): ModelBudget => ({
  callsPerTask: settings.MODEL_TASK_CALLS_MAX,
  tokensPerTask: settings.MODEL_TASK_TOKENS_MAX,
  tokensPerMonth: settings.MODEL_WORKSPACE_TOKENS_PER_MONTH,
  costPerMonth:
    settings.MODEL_WORKSPACE_COST_PER_MONTH > 0 ? settings.MODEL_WORKSPACE_COST_PER_MONTH.toFixed(6) : null,
  inputPrice: settings.MODEL_INPUT_PRICE,
  outputPrice: settings.MODEL_OUTPUT_PRICE,
});

/** Tokens with what they cost. */
export function priced(
  { input, output }: { input: number; output: number },
  { inputPrice, outputPrice }: Pick<ModelBudget, 'inputPrice' | 'outputPrice'>,
): Usage {
  const price = (tokens: number, perMillion: number) =>
    multiplyAmounts(multiplyAmounts(String(tokens), perMillion.toFixed(6)), '0.000001');
  return {
    input_tokens: input,
    output_tokens: output,
    cost: formatAmount(addAmounts(price(input, inputPrice), price(output, outputPrice)), 6),
  };
}

/** Tokens of so many characters, guessed upwards. */
export const tokensOfText = (characters: number): number => Math.ceil(characters / CHARACTERS_PER_TOKEN);

/** The most that a question can take, its repair included. */
export function mostUsage<T>({ schema, instructions, document }: Question<T>, budget: ModelBudget): Usage {
  const shape = JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any' }));
  const asked = instructions.length + shape.length + quoteDocument(document).length;
  return priced(
    { input: tokensOfText(2 * asked + REPAIR_CHARACTERS_MAX), output: 2 * ANSWER_TOKENS_MAX },
    budget,
  );
}

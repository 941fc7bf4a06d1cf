import { expect, test } from 'vitest';
import { z } from 'zod';
import { budgetOf, mostUsage, priced } from '../../../shared/ai/budget.ts';
import { DOCUMENT_CHARACTERS_MAX } from '../../../shared/ai/quote-document.ts';
import { ampleBudget } from '../../support/fake-model.ts';

const question = (document: string) => ({
  schema: z.object({ number: z.string().nullable() }),
  instructions: 'Find the number.',
  document,
});

test('prices are those of a million tokens', () => {
  expect(priced({ input: 1_000, output: 50 }, { inputPrice: 3, outputPrice: 15 })).toEqual({
    input_tokens: 1_000,
    output_tokens: 50,
    cost: '0.003750',
  });
});

test('a question can take no more than the part of a document that is sent', () => {
  const short = mostUsage(question('Invoice A-1'), ampleBudget);
  const long = mostUsage(question('x'.repeat(DOCUMENT_CHARACTERS_MAX)), ampleBudget);
  const endless = mostUsage(question('x'.repeat(10 * DOCUMENT_CHARACTERS_MAX)), ampleBudget);

  expect(short.input_tokens).toBeLessThan(long.input_tokens);
  expect(endless.input_tokens - long.input_tokens).toBeLessThan(100);
  expect(short.output_tokens).toBe(16_000);
});

test('no limit of cost is set by zero', () => {
  const settings = {
    MODEL_TASK_CALLS_MAX: 3,
    MODEL_TASK_TOKENS_MAX: 10,
    MODEL_WORKSPACE_TOKENS_PER_MONTH: 20,
    MODEL_WORKSPACE_COST_PER_MONTH: 0,
    MODEL_INPUT_PRICE: 1,
    MODEL_OUTPUT_PRICE: 2,
  };

  expect(budgetOf(settings).costPerMonth).toBeNull();
  expect(budgetOf({ ...settings, MODEL_WORKSPACE_COST_PER_MONTH: 12.5 }).costPerMonth).toBe('12.500000');
});

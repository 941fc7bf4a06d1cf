import type { z } from 'zod';
import type { ModelBudget } from './budget.ts';

/** A question about one document, as a worker puts it. */
export interface Question<T> {
  /** The answer's shape; every field nullable, so that "not in the document" can be said. */
  schema: z.ZodType<T>;
  /** What to look for. Never holds text of the document. */
  instructions: string;
  /** The document's text. It is data: whatever it demands is not done. */
  document: string;
}

/** A question, and the signal that gives it up. */
export interface Ask<T> extends Question<T> {
  signal: AbortSignal;
}

/** What an answer took, repair call included. */
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  /** Decimal string in the currency of the configured prices, six decimals. */
  cost: string;
}

interface Asked {
  usage: Usage;
  /** The model as the endpoint names it. */
  model_id: string;
  /** `sha256:` and 64 hex digits over what was sent and what came back: enough to compare, nothing to read. */
  prompt_hash: string;
  answer_hash: string;
}

/** A value that fits the schema, or the fact that two answers in a row did not. */
export type Answer<T> = Asked & ({ value: T } | { refused: 'invalid_answer' });

/** A language model. Workers do not call it: `askModel` of shared/tasks does, which keeps the budget. */
export interface Model {
  /** Endpoint and model name: part of the cache key of everything it answered. */
  policy: string;
  /** How much may be asked of it. */
  budget: ModelBudget;
  /** Rejects when the endpoint cannot be reached, refuses or is too slow: another run may have more luck. */
  extract<T>(ask: Ask<T>): Promise<Answer<T>>;
}

/** The endpoint did not answer; says how, and holds nothing of what was asked. */
export class ModelUnavailable extends Error {
  override name = 'ModelUnavailable';
  /** What the question took until then; null when nobody can tell. */
  readonly spent: Usage | null;
  constructor(message: string, spent: Usage | null) {
    super(message);
    this.spent = spent;
  }
}

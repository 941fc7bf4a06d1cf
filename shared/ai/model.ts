import type { z } from 'zod';

/** What to ask about one document. */
export interface Ask<T> {
  /** The answer's shape; every field nullable, so that "not in the document" can be said. */
  schema: z.ZodType<T>;
  /** What to look for. Never holds text of the document. */
  instructions: string;
  /** The document's text. It is data: whatever it demands is not done. */
  document: string;
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

/** A language model as workers need it. */
export interface Model {
  /** Endpoint and model name: part of the cache key of everything it answered. */
  policy: string;
  /** Rejects when the endpoint cannot be reached, refuses or is too slow: another run may have more luck. */
  extract<T>(ask: Ask<T>): Promise<Answer<T>>;
}

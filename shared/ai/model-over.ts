import { createHash } from 'node:crypto';
import {
  APICallError,
  generateText,
  type LanguageModel,
  type LanguageModelUsage,
  type ModelMessage,
  NoObjectGeneratedError,
  NoOutputGeneratedError,
  Output,
  RetryError,
} from 'ai';
import type { z } from 'zod';
import {
  ANSWER_TOKENS_MAX,
  type ModelBudget,
  priced,
  REPAIR_CHARACTERS_MAX,
  tokensOfText,
} from './budget.ts';
import { type Answer, type Ask, type Model, ModelUnavailable } from './model.ts';
import { quoteDocument } from './quote-document.ts';

/** How long one question may take, its repair included, in milliseconds. */
export const ANSWER_TIMEOUT_MS = 60_000;

// The SDK prints its warnings to the console, past our log and what it leaves out.
globalThis.AI_SDK_LOG_WARNINGS = false;

/** What a model is known by, and what it may take. */
export interface ModelOptions {
  policy: string;
  budget: ModelBudget;
  timeoutMs?: number;
}

/** The port over any model of the SDK. The model gets no tools, and the document never reaches its instructions. */
export function modelOver(
  model: LanguageModel,
  { policy, budget, timeoutMs = ANSWER_TIMEOUT_MS }: ModelOptions,
): Model {
  return {
    policy,
    budget,
    async extract<T>({ schema, instructions, document, signal }: Ask<T>): Promise<Answer<T>> {
      const question: ModelMessage[] = [{ role: 'user', content: quoteDocument(document) }];
      const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const ask = (messages: ModelMessage[]) =>
        answerTo({ model, schema, instructions, messages, abortSignal });

      const first = await ask(question);
      const repair: ModelMessage[] = [
        ...question,
        { role: 'assistant', content: first.text.slice(0, REPAIR_CHARACTERS_MAX) || '{}' },
        {
          role: 'user',
          content: 'This answer does not fit the schema. Answer again, with fitting JSON only.',
        },
      ];
      const replies = 'value' in first ? [first] : [first, await ask(repair).catch(alsoSpent(first))];
      const last = replies.at(-1) ?? first;
      return {
        ...('value' in last ? { value: last.value } : { refused: 'invalid_answer' as const }),
        usage: sum(replies),
        model_id: last.modelId ?? policy,
        prompt_hash: hash(`${instructions}\n${document}`),
        answer_hash: hash(last.text),
      };
    },
  };

  function sum(replies: readonly { tokens: Tokens }[]) {
    const total = (key: keyof Tokens) => replies.reduce((tokens, reply) => tokens + reply.tokens[key], 0);
    return priced({ input: total('input'), output: total('output') }, budget);
  }

  // The first answer was given and is paid for, whatever became of its repair.
  function alsoSpent(first: { tokens: Tokens }) {
    return (error: unknown): never => {
      throw error instanceof ModelUnavailable && error.spent
        ? new ModelUnavailable(error.message, sum([first]))
        : error;
    };
  }
}

interface Tokens {
  input: number;
  output: number;
}

type Reply<T> = { text: string; tokens: Tokens; modelId: string | undefined } & (
  | { value: T }
  | { unusable: true }
);

/** One call. An answer that does not fit is a reply; only trouble with the endpoint is an error. */
async function answerTo<T>({
  model,
  schema,
  instructions,
  messages,
  abortSignal,
}: {
  model: LanguageModel;
  schema: z.ZodType<T>;
  instructions: string;
  messages: ModelMessage[];
  abortSignal: AbortSignal;
}): Promise<Reply<T>> {
  const tokensOf = (usage: LanguageModelUsage | undefined, text: string): Tokens => ({
    // Not every endpoint counts, and what is not counted must not be free.
    input: usage?.inputTokens ?? tokensOfText(instructions.length + JSON.stringify(messages).length),
    output: usage?.outputTokens ?? tokensOfText(text.length),
  });
  try {
    const result = await generateText({
      model,
      instructions,
      messages,
      output: Output.object({ schema }),
      temperature: 0,
      maxOutputTokens: ANSWER_TOKENS_MAX,
      // 429 and 5xx only, after the time the endpoint asks for; longer waits belong to the queue.
      maxRetries: 1,
      abortSignal,
    });
    const { text } = result;
    const reply = { text, tokens: tokensOf(result.totalUsage, text), modelId: result.response.modelId };
    try {
      return { ...reply, value: result.output };
    } catch (error) {
      // Nothing came before the model stopped, so the SDK had nothing to judge.
      if (NoOutputGeneratedError.isInstance(error)) return { ...reply, unusable: true };
      throw error;
    }
  } catch (error) {
    if (!NoObjectGeneratedError.isInstance(error)) throw withoutDocument(error, abortSignal);
    const text = error.text ?? '';
    return {
      text,
      tokens: tokensOf(error.usage, text),
      modelId: error.response?.modelId,
      unusable: true,
    };
  }
}

// The SDK's errors carry the whole request, document included, and would take it into the log.
function withoutDocument(error: unknown, abortSignal: AbortSignal): unknown {
  if (abortSignal.aborted) return abortSignal.reason;
  const last = RetryError.isInstance(error) ? error.lastError : error;
  if (APICallError.isInstance(last)) {
    const refused = (last.statusCode ?? 0) >= 400 || neverArrived(last);
    return new ModelUnavailable(
      `the model endpoint answered ${last.statusCode ?? 'nothing'}`,
      refused ? NOTHING : null,
    );
  }
  return new ModelUnavailable(
    `the model could not be asked: ${last instanceof Error ? last.name : 'unknown error'}`,
    null,
  );
}

const NOTHING = { input_tokens: 0, output_tokens: 0, cost: '0.000000' };

/** Whether there was no connection that a question could have gone through. */
function neverArrived(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(String((cause as { code?: unknown }).code)))
      return true;
  return false;
}

const hash = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

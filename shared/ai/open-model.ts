import { createHash } from 'node:crypto';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
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
import type { Config } from '../config.ts';
import { addAmounts, formatAmount, multiplyAmounts } from '../domain/money.ts';
import type { Answer, Ask, Model, Usage } from './model.ts';
import { quoteDocument } from './quote-document.ts';

/** How long one question may take, its repair included, in milliseconds. */
export const ANSWER_TIMEOUT_MS = 60_000;
/** Longest answer, in tokens: an invoice of a few hundred lines. */
const ANSWER_TOKENS_MAX = 8_000;
/** How much of an unusable answer is shown to the model again. */
const REPAIR_CHARACTERS_MAX = 8_000;

// The SDK prints its warnings to the console, past our log and what it leaves out.
globalThis.AI_SDK_LOG_WARNINGS = false;

export type ModelSettings = Pick<
  Config,
  'MODEL_BASE_URL' | 'MODEL_NAME' | 'MODEL_API_KEY' | 'MODEL_INPUT_PRICE' | 'MODEL_OUTPUT_PRICE'
>;

/** The configured model; null when none is, which no worker may depend on. */
export function openModel(settings: ModelSettings): Model | null {
  if (!settings.MODEL_BASE_URL) return null;
  const provider = createOpenAICompatible({
    name: 'configured',
    baseURL: settings.MODEL_BASE_URL,
    // Without it the schema is silently left out of the request.
    supportsStructuredOutputs: true,
    ...(settings.MODEL_API_KEY ? { apiKey: settings.MODEL_API_KEY } : {}),
  });
  return modelOver(provider.chatModel(settings.MODEL_NAME), {
    policy: `${new URL(settings.MODEL_BASE_URL).host}/${settings.MODEL_NAME}`,
    inputPrice: settings.MODEL_INPUT_PRICE,
    outputPrice: settings.MODEL_OUTPUT_PRICE,
  });
}

export interface ModelOptions {
  policy: string;
  /** Prices of a million tokens. */
  inputPrice: number;
  outputPrice: number;
  timeoutMs?: number;
}

/** The port over any model of the SDK. The model gets no tools, and the document never reaches its instructions. */
export function modelOver(
  model: LanguageModel,
  { policy, inputPrice, outputPrice, timeoutMs = ANSWER_TIMEOUT_MS }: ModelOptions,
): Model {
  return {
    policy,
    async extract<T>({ schema, instructions, document, signal }: Ask<T>): Promise<Answer<T>> {
      const question: ModelMessage[] = [{ role: 'user', content: quoteDocument(document) }];
      const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const ask = (messages: ModelMessage[]) =>
        answerTo({ model, schema, instructions, messages, abortSignal });

      let reply = await ask(question);
      const usages = [reply.usage];
      if (!('value' in reply)) {
        reply = await ask([
          ...question,
          { role: 'assistant', content: reply.text.slice(0, REPAIR_CHARACTERS_MAX) || '{}' },
          {
            role: 'user',
            content: 'This answer does not fit the schema. Answer again, with fitting JSON only.',
          },
        ]);
        usages.push(reply.usage);
      }
      return {
        ...('value' in reply ? { value: reply.value } : { refused: 'invalid_answer' as const }),
        usage: sum(usages, { inputPrice, outputPrice }),
        model_id: reply.modelId ?? policy,
        prompt_hash: hash(`${instructions}\n${document}`),
        answer_hash: hash(reply.text),
      };
    },
  };
}

type Reply<T> = { text: string; usage: LanguageModelUsage | undefined; modelId: string | undefined } & (
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
    const reply = { text: result.text, usage: result.totalUsage, modelId: result.response.modelId };
    try {
      return { ...reply, value: result.output };
    } catch (error) {
      // Nothing came before the model stopped, so the SDK had nothing to judge.
      if (NoOutputGeneratedError.isInstance(error)) return { ...reply, unusable: true };
      throw error;
    }
  } catch (error) {
    if (!NoObjectGeneratedError.isInstance(error)) throw withoutDocument(error, abortSignal);
    return {
      text: error.text ?? '',
      usage: error.usage,
      modelId: error.response?.modelId,
      unusable: true,
    };
  }
}

/** The endpoint did not answer; says how, and holds nothing of what was asked. */
export class ModelUnavailable extends Error {
  override name = 'ModelUnavailable';
}

// The SDK's errors carry the whole request, document included, and would take it into the log.
function withoutDocument(error: unknown, abortSignal: AbortSignal): unknown {
  if (abortSignal.aborted) return abortSignal.reason;
  const last = RetryError.isInstance(error) ? error.lastError : error;
  if (APICallError.isInstance(last))
    return new ModelUnavailable(`the model endpoint answered ${last.statusCode ?? 'nothing'}`);
  return new ModelUnavailable(
    `the model could not be asked: ${last instanceof Error ? last.name : 'unknown error'}`,
  );
}

/** Tokens times the price of a million of them. */
function sum(
  usages: (LanguageModelUsage | undefined)[],
  { inputPrice, outputPrice }: Pick<ModelOptions, 'inputPrice' | 'outputPrice'>,
): Usage {
  const total = (key: 'inputTokens' | 'outputTokens') =>
    usages.reduce((tokens, usage) => tokens + (usage?.[key] ?? 0), 0);
  const price = (tokens: number, perMillion: number) =>
    multiplyAmounts(multiplyAmounts(String(tokens), perMillion.toFixed(6)), '0.000001');
  const [input, output] = [total('inputTokens'), total('outputTokens')];
  return {
    input_tokens: input,
    output_tokens: output,
    cost: formatAmount(addAmounts(price(input, inputPrice), price(output, outputPrice)), 6),
  };
}

const hash = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

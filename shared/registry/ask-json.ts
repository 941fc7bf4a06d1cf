import type { z } from 'zod';
import { type Web, WebError } from '../web/web.ts';
import type { RegistryAnswer } from './company-registry.ts';

/** Largest answer of a register that is read, in bytes. */
const ANSWER_MAX_BYTES = 512 * 1024;

/**
 * Fetches the answer of a register. Whatever is in its way (a fault, a limit of calls, an answer of another shape) is
 * `unknown`; where this installation fetches nothing, nobody was asked. Rejects only when the signal is aborted.
 */
export async function askJson<T>(
  web: Web,
  { url, schema, signal }: { url: string; schema: z.ZodType<T>; signal: AbortSignal },
): Promise<{ value: T; status: number } | Extract<RegistryAnswer, { status: 'unknown' | 'not_asked' }>> {
  const host = new URL(url).host;
  try {
    const answer = await web.get({ url, signal, accept: 'application/json', maxBytes: ANSWER_MAX_BYTES });
    if (answer.status !== 200 && answer.status !== 404 && answer.status !== 400)
      return { status: 'unknown', reason: `${host} answered ${answer.status}` };
    const parsed = schema.safeParse(JSON.parse(Buffer.from(answer.body).toString('utf8')));
    return parsed.success
      ? { value: parsed.data, status: answer.status }
      : { status: 'unknown', reason: `${host} answered in another form` };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SyntaxError) return { status: 'unknown', reason: `${host} answered no JSON` };
    if (!(error instanceof WebError)) throw error;
    return error.problem === 'off' || error.problem === 'refused'
      ? { status: 'not_asked' }
      : { status: 'unknown', reason: error.message };
  }
}

import { randomUUID } from 'node:crypto';
import { currentContext, type LogContext, runWithContext } from './log.ts';
import { readTraceparent, type TraceContext, traceparentOf } from './trace-context.ts';

/**
 * What a span may say, by the names of the semantic conventions, and by `wellspring.*` where these have none. A list,
 * for the reason that the log has one: bodies, rows and addresses hold personal data.
 */
export type SpanAttributes = {
  [name in (typeof spanAttributes)[number]]?: string | number | boolean | undefined;
};

const spanAttributes = [
  ...['http.request.method', 'http.route', 'http.response.status_code', 'faas.name', 'error.type'],
  ...['messaging.system', 'messaging.destination.name', 'messaging.operation.name'],
  ...['messaging.operation.type', 'messaging.message.id'],
  ...['gen_ai.operation.name', 'gen_ai.request.model', 'gen_ai.response.model'],
  ...['gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens'],
  ...['wellspring.task_id', 'wellspring.enrichment_type', 'wellspring.generation', 'wellspring.attempt'],
  ...['wellspring.outcome', 'wellspring.code', 'wellspring.aborted'],
] as const;

/** A span that is about to start. */
export interface SpanStart {
  name: string;
  kind: 'server' | 'client' | 'producer' | 'consumer';
  attributes?: SpanAttributes;
}

/** A span that has started. */
export interface Span {
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** Marks it as failed; of an error its name and code are kept, and none of its words. */
  fail(error?: unknown): void;
}

/** A span as a tracer hands it out: where it stands, and its end. */
export interface OpenSpan extends Span {
  context: Required<TraceContext>;
  end(): void;
}

/** Records spans; made by shared/trace/open-tracer.ts where a collector is configured. */
export interface Tracer {
  /** A span below `parent`, or the first of its trace; `link` is what else it comes from. */
  start(span: SpanStart, parent: TraceContext | undefined, link?: TraceContext): OpenSpan;
  /** Sends what is left, for as long as it may take. Never rejects. */
  close(): Promise<void>;
}

// One per process, as the log's context is: whoever works in a request need not be handed it.
let tracer: Tracer | undefined;

/** Has the spans of this process recorded; null ends that. Without it a span costs one comparison. */
export const recordSpans = (by: Tracer | null): void => {
  tracer = by ?? undefined;
};

/** Starts a span of a request and gives the context to serve it in; null where nothing is recorded. */
export function startSpan(
  span: SpanStart,
  received: LogContext,
): { span: OpenSpan; context: LogContext } | null {
  if (!tracer) return null;
  const started = tracer.start(span, received.spanId ? received : undefined);
  return { span: started, context: { logId: received.logId, ...started.context } };
}

/** Runs `work` in a span below the running one, and fails the span when it throws. `describe` is called if it is recorded. */
export async function inSpan<T>(describe: () => SpanStart, work: (span: Span) => Promise<T>): Promise<T> {
  if (!tracer) return work(nothing);
  const around = currentContext();
  const span = tracer.start(describe(), around, around?.link);
  try {
    return await runWithContext({ logId: around?.logId ?? randomUUID(), ...span.context }, () => work(span));
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Runs `work` in the trace of a task, whoever asked for it: a sweep that wakes it, a person who approves it, a delivery
 * whose headers were lost on the way. Without one, or where that is the running trace, it runs where it is.
 */
export function inTraceOf<T>({ traceparent }: { traceparent: string | null }, work: () => T): T {
  const trace = traceparent === null ? null : readTraceparent(traceparent);
  const around = currentContext();
  if (!trace || trace.traceId === around?.traceId) return work();
  const link = around && { link: around };
  return runWithContext({ logId: around?.logId ?? randomUUID(), ...trace, ...link }, work);
}

/** The `traceparent` of what is running, to be handed on; null outside of any request or task. */
export const currentTraceparent = (): string | null => {
  const context = currentContext();
  return context ? traceparentOf(context) : null;
};

/** What the conventions ask of a span about a message of the queue. */
export const messaging = (queue: string, taskId: string): SpanAttributes => ({
  ...{ 'messaging.system': 'gcp_cloud_tasks', 'messaging.destination.name': queue },
  ...{ 'messaging.message.id': taskId, 'wellspring.task_id': taskId },
});

const nothing: Span = { rename() {}, set() {}, fail() {} };

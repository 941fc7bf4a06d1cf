import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type DestinationStream, destination, pino } from 'pino';
import { type TraceContext, traceOfHeaders } from './trace-context.ts';

/**
 * Everything a log line may carry besides its sentence. Anything else is dropped: rows, bodies and headers hold
 * personal data, and a list of what is allowed cannot be outrun by a new field.
 */
export const logFields = [
  ...[
    'function',
    'kind',
    'method',
    'route',
    'http_status',
    'ms',
    'aborted',
    'code',
    'bytes',
    'limit',
    'count',
  ],
  ...[
    'task_id',
    'enrichment_type',
    'entity_type',
    'generation',
    'attempt',
    'deliveries',
    'status',
    'outcome',
  ],
  ...['workspace_id', 'collect_id', 'document_id', 'batch_id', 'parent_id', 'queue', 'reason', 'media_type'],
  ...['pages', 'model', 'cache', 'tokens', 'port', 'version', 'job', 'oldest_seconds', 'retry_in_ms', 'lost'],
  ...['sent', 'left', 'lease_until', 'subtasks', 'collects', 'tasks', 'batches', 'rows', 'signal', 'phase'],
  ...['wait_ms', 'run_ms', 'api_key_id'],
] as const;

type LogValue = string | number | boolean | null | undefined;

/**
 * Fields by name; `err` becomes `error_name`, `error_code` and its stack: as `stack_trace`, which Error Reporting takes
 * up, from ERROR on, and as `error_stack` where nobody is to be told.
 */
export type LogFields = { [name in (typeof logFields)[number]]?: LogValue } & { err?: unknown };

/** Writes a line: a fixed sentence, and before it what varies. */
export interface Write {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

/** Writes lines, by severity. */
export interface Log {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  /** Somebody has to act: the alerting policy listens to this severity. */
  alert: Write;
  /** The same log with fields that stand on every line. */
  child(fields: LogFields): Log;
}

/** The levels that `createLog` takes, least first. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'alert', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What ties the lines of one request together: the trace, and in it the caller's span or the running one. */
export interface LogContext extends TraceContext {
  /** One per request, made here or by the caller, who quotes it. */
  logId: string;
  /** Where the work was asked for, when that is another trace. */
  link?: TraceContext;
}

interface LogOptions {
  level?: LogLevel;
  /** Google Cloud project, for links from a log line to its trace. */
  projectId?: string;
  /** Where lines go; stdout unless a test says otherwise. */
  destination?: DestinationStream;
}

const allowed = new Set<string>(logFields);
const severities: Record<string, string> = {
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  alert: 'ALERT',
};
const VALUE_MAX = 300;
const STACK_MAX = 6_000;

const contexts = new AsyncLocalStorage<LogContext>();

/** Runs `work` with the context on every line that it and its awaits log. */
export const runWithContext = <T>(context: LogContext, work: () => T): T => contexts.run(context, work);

/** The context of the running request, if there is one. */
export const currentContext = (): LogContext | undefined => contexts.getStore();

/** One JSON line per event on stdout, in the fields that Cloud Logging and Error Reporting understand. */
export const createLog = ({ level = 'info', projectId, destination: to }: LogOptions = {}): Log => {
  const trace = (traceId: string) => (projectId ? `projects/${projectId}/traces/${traceId}` : traceId);
  const lines = pino(
    {
      level,
      customLevels: { alert: 70 },
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ severity: severities[label] ?? 'DEFAULT' }) },
      mixin: () => {
        const context = contexts.getStore();
        if (!context) return {};
        return {
          'logging.googleapis.com/trace': trace(context.traceId),
          ...(context.spanId ? { 'logging.googleapis.com/spanId': context.spanId } : {}),
          'logging.googleapis.com/labels': { log_id: context.logId },
        };
      },
    },
    to ?? destination(1),
  );
  const withFields = (standing: Record<string, unknown>): Log => {
    const at =
      (name: 'debug' | 'info' | 'warn' | 'error' | 'alert'): Write =>
      (...args: [string] | [LogFields, string]) => {
        // Nothing is built for a line that is not written.
        if (!lines.isLevelEnabled(name)) return;
        const [fields, message] = args.length === 1 ? [{}, args[0]] : args;
        lines[name]({ ...standing, ...namedOnly(fields, name) }, message);
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      alert: at('alert'),
      child: (fields) => withFields({ ...standing, ...namedOnly(fields) }),
    };
  };
  return withFields({});
};

const namedOnly = (fields: LogFields, level: LogLevel = 'info'): Record<string, unknown> => {
  const stack = level === 'error' || level === 'alert' ? 'stack_trace' : 'error_stack';
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'err') Object.assign(kept, errorFields(value, stack));
    else if (!allowed.has(name) || value === undefined) continue;
    else if (typeof value === 'string')
      kept[name] = (name === 'reason' ? scrub(value) : value).slice(0, VALUE_MAX);
    else if (typeof value === 'number' || typeof value === 'boolean' || value === null) kept[name] = value;
  }
  return kept;
};

const errorFields = (error: unknown, stack: string): Record<string, unknown> => {
  if (!(error instanceof Error)) return { error_name: typeof error };
  const code = 'code' in error ? error.code : undefined;
  return {
    error_name: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { error_code: code } : {}),
    [stack]: chainOf(error).map(traceOf).join('\nCaused by: ').slice(0, STACK_MAX),
  };
};

const chainOf = (error: Error): Error[] => {
  const chain: Error[] = [];
  for (let next: unknown = error; next instanceof Error && chain.length < 5; next = next.cause) {
    chain.push(next);
  }
  return chain;
};

// The message can quote a row or a body, so only the frames of the stack are taken as they are.
const traceOf = (error: Error): string => {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}: ${scrub(error.message)}`, ...frames].join('\n');
};

const personal =
  /(?<keep>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|["'`][a-z][a-z_.]{0,62}["'`])|(?<url>\bhttps?:\/\/[^\s/?#"'<>]+)[^\s"'<>]*|\beyJ[\w-]+(?:\.[\w-]*)*|\bBearer\s+\S+|[^\s"'<>@:,;()]{1,64}@[^\s"'<>@,;()]{1,255}|\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b|"[^"]*"|'[^'\n]*'|`[^`]*`|\+?\d(?:[ ./-]?\d){6,}/g;

/**
 * The text without what tends to be personal: addresses, tokens, account and phone numbers, anything quoted that is
 * not a plain lower-case name, and all of a URL but its host. Ids (UUIDs) stay.
 */
export const scrub = (text: string): string =>
  text
    .slice(0, 4_000)
    .replaceAll(personal, (match, keep: string | undefined, url: string | undefined) =>
      keep ? match : url ? `${url.replace(/\/\/.*@/, '//')}/…` : '[removed]',
    );

/** What a caller may call its request: long enough for every common form, and nothing that could forge a line. */
const REQUEST_ID = /^[A-Za-z0-9][\w.:-]{0,127}$/;

/**
 * The context for a request: the trace of `traceparent` or `X-Cloud-Trace-Context`, else a new one; as `logId` the
 * caller's `X-Request-Id` where it has a sane one, else a new one.
 */
export const contextFromHeaders = (headers: IncomingHttpHeaders): LogContext => {
  const logId = REQUEST_ID.exec(first(headers['x-request-id']))?.[0] ?? randomUUID();
  return { ...traceOfHeaders(headers), logId };
};

const first = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? '';

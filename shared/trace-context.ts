import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Where in which trace something happens, as W3C Trace Context has it. */
export interface TraceContext {
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits; none where a trace begins here. */
  spanId?: string;
  /** Whether the trace is being recorded; a recorder may decide by it. */
  sampled?: boolean;
}

/** What the text of a `traceparent` says; null for anything that is none, later versions of it included. */
export const readTraceparent = (text: string): Required<TraceContext> | null => {
  const [, traceId = '', spanId = '', flags = ''] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text) ?? [];
  if (!isSet(traceId) || !isSet(spanId)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
};

/** The same from the text of `X-Cloud-Trace-Context`: a trace, a span in decimal digits, and whether it is recorded. */
export const readCloudTrace = (text: string): TraceContext | null => {
  const [, traceId = '', span = '', recorded] =
    /^([0-9a-f]{32})(?:\/(\d{1,20}))?(?:;o=(\d))?(?:;|$)/i.exec(text) ?? [];
  if (!isSet(traceId)) return null;
  const spanId = BigInt(span || 0)
    .toString(16)
    .padStart(16, '0');
  const hasSpan = isSet(spanId) && spanId.length === 16;
  return { traceId: traceId.toLowerCase(), ...(hasSpan ? { spanId } : {}), sampled: recorded === '1' };
};

/** The trace a request comes in; a new one where it names none. */
export const traceOfHeaders = (headers: IncomingHttpHeaders): TraceContext =>
  readTraceparent(first(headers.traceparent)) ??
  readCloudTrace(first(headers['x-cloud-trace-context'])) ?? { traceId: randomBytes(16).toString('hex') };

/** The text of a `traceparent`. Where no span is known one is named that nobody recorded. */
export const traceparentOf = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId ?? randomBytes(8).toString('hex')}-${sampled ? '01' : '00'}`;

const isSet = (id: string): boolean => /[1-9a-f]/i.test(id);

const first = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? '';

import { expect, test } from 'vitest';
import {
  readCloudTrace,
  readTraceparent,
  traceOfHeaders,
  traceparentOf,
} from '../../shared/trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test.for([
  [`00-${TRACE}-${SPAN}-01`, { traceId: TRACE, spanId: SPAN, sampled: true }],
  [`00-${TRACE}-${SPAN}-00`, { traceId: TRACE, spanId: SPAN, sampled: false }],
  // Other bits of the flags may be set one day; the first keeps its meaning.
  [`00-${TRACE}-${SPAN}-03`, { traceId: TRACE, spanId: SPAN, sampled: true }],
  [`00-${TRACE}-${SPAN}-fe`, { traceId: TRACE, spanId: SPAN, sampled: false }],
  [`01-${TRACE}-${SPAN}-01`, null],
  [`00-${TRACE.toUpperCase()}-${SPAN}-01`, null],
  [`00-${'0'.repeat(32)}-${SPAN}-01`, null],
  [`00-${TRACE}-${'0'.repeat(16)}-01`, null],
  [`00-${TRACE}-${SPAN}-01-more`, null],
  [`00-${TRACE}-${SPAN}`, null],
  ['', null],
] as const)('traceparent %s says %j', ([text, expected]) => {
  expect(readTraceparent(text)).toEqual(expected);
});

test.for([
  [`${TRACE}/255;o=1`, { traceId: TRACE, spanId: '00000000000000ff', sampled: true }],
  [`${TRACE}/255;o=0`, { traceId: TRACE, spanId: '00000000000000ff', sampled: false }],
  [`${TRACE.toUpperCase()}/255`, { traceId: TRACE, spanId: '00000000000000ff', sampled: false }],
  [TRACE, { traceId: TRACE, sampled: false }],
  [`${TRACE}/0;o=1`, { traceId: TRACE, sampled: true }],
  // More than 64 bits is no span.
  [`${TRACE}/99999999999999999999`, { traceId: TRACE, sampled: false }],
  [`${'0'.repeat(32)}/1`, null],
  ['not a trace', null],
] as const)('X-Cloud-Trace-Context %s says %j', ([text, expected]) => {
  expect(readCloudTrace(text)).toEqual(expected);
});

test('the caller’s traceparent goes before what the platform adds, and without either a trace begins', () => {
  const platform = { 'x-cloud-trace-context': `${'a'.repeat(32)}/1` };

  expect(traceOfHeaders({ traceparent: `00-${TRACE}-${SPAN}-01`, ...platform }).traceId).toBe(TRACE);
  expect(traceOfHeaders({ traceparent: 'nonsense', ...platform }).traceId).toBe('a'.repeat(32));
  expect(traceOfHeaders({}).traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(traceOfHeaders({}).traceId).not.toBe(traceOfHeaders({}).traceId);
});

test('a context is written as it is read, with a span of its own where none is known', () => {
  const context = { traceId: TRACE, spanId: SPAN, sampled: true };

  expect(readTraceparent(traceparentOf(context))).toEqual(context);
  expect(readTraceparent(traceparentOf({ traceId: TRACE }))).toMatchObject({
    traceId: TRACE,
    sampled: false,
  });
});

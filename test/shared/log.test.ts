import { describe, expect, it } from 'vitest';
import { contextFromHeaders, createLog, type LogLevel, runWithContext, scrub } from '../../shared/log.ts';

const capture = (options: { level?: LogLevel; projectId?: string } = {}) => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    ...options,
    destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  return { log, lines };
};

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('a log line', () => {
  it('has severity, message and time, and nothing about the machine', () => {
    const { log, lines } = capture();

    log.warn({ queue: 'logo', count: 3 }, 'the queue is slow');

    expect(lines).toEqual([
      {
        severity: 'WARNING',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        message: 'the queue is slow',
        queue: 'logo',
        count: 3,
      },
    ]);
  });

  it('knows a severity that alerting listens to', () => {
    const { log, lines } = capture();

    log.alert('a delivery cannot be read');

    expect(lines[0]?.severity).toBe('ALERT');
  });

  it('is not written below the level', () => {
    const { log, lines } = capture({ level: 'warn' });

    log.info('ready');
    log.error('not ready');

    expect(lines.map((line) => line.severity)).toEqual(['ERROR']);
  });

  it('carries the fields of its parent', () => {
    const { log, lines } = capture();

    log.child({ function: 'logo' }).child({ attempt: 2 }).info({ generation: 1 }, 'started');

    expect(lines[0]).toMatchObject({ function: 'logo', attempt: 2, generation: 1 });
  });

  it('drops every field that is not on the list, and objects under names that are', () => {
    const { log, lines } = capture();
    const row = { email: 'canary@example.test', task_id: '1', status: { name: 'canary' } };

    log.info(row as never, 'stored');

    expect(JSON.stringify(lines)).not.toContain('canary');
    expect(lines[0]?.task_id).toBe('1');
  });

  it('cuts long values', () => {
    const { log, lines } = capture();

    log.info({ reason: 'x '.repeat(10_000) }, 'stored');

    expect(String(lines[0]?.reason).length).toBe(300);
  });
});

describe('an error on a log line', () => {
  it('has a stack with its causes where Error Reporting looks for one', () => {
    const { log, lines } = capture();
    const cause = Object.assign(new TypeError('socket closed'), { code: '08006' });

    log.error({ err: new Error('cannot store', { cause }) }, 'the run failed');

    expect(lines[0]).toMatchObject({ severity: 'ERROR', error_name: 'Error' });
    expect(lines[0]?.stack_trace).toMatch(
      /^Error: cannot store\n\s+at .*\nCaused by: TypeError: socket closed\n\s+at /s,
    );
  });

  it.each(['debug', 'info', 'warn'] as const)('is not reported at %s, whatever its stack is', (level) => {
    const { log, lines } = capture({ level: 'debug' });

    log[level]({ err: new Error('the line is busy') }, 'the run is repeated');

    expect(lines[0]).toMatchObject({
      error_stack: expect.stringMatching(/^Error: the line is busy\n\s+at /),
    });
    expect(lines[0]).not.toHaveProperty('stack_trace');
    expect(lines[0]).not.toHaveProperty('exception');
  });

  it('carries the code of the error', () => {
    const { log, lines } = capture();

    log.error({ err: Object.assign(new Error('duplicate'), { code: '23505' }) }, 'the run failed');

    expect(lines[0]?.error_code).toBe('23505');
  });

  it.each([
    ['an address', 'no mailbox jane.canary@example.test here'],
    ['a quoted value', 'invalid input syntax for type uuid: "Canary Smith"'],
    ['a value with digits in quotes', "Unexpected token 'canary7' at 4"],
    ['the path of a URL', 'https://network.example/in/canary?token=canary answered 500'],
    ['user and password of a URL', 'cannot reach http://canary:canary@host.example/x'],
    ['a token', 'refused eyJhbGciOiJub25lIn0.canary.canary'],
    ['a bearer header', 'header was Bearer canary-token'],
  ])('loses %s', (_what, message) => {
    const { log, lines } = capture();

    log.error({ err: new Error(message, { cause: new Error(message) }) }, 'the run failed');

    expect(JSON.stringify(lines)).not.toMatch(/canary/i);
  });
});

describe('scrub', () => {
  it('removes account and telephone numbers', () => {
    expect(scrub('pay GB33 BUKB 2020 1555 5555 55 or call +33 1 23 45 67 89')).toBe(
      'pay [removed] or call [removed]',
    );
  });

  it('keeps ids and the names of columns', () => {
    const text = 'task d8b1a4f2-11cc-4e77-b933-abc123456789 lacks column "workspace_pk"';

    expect(scrub(text)).toBe(text);
  });

  it('ends soon on text made to slow it down', () => {
    const hostile = ['@'.repeat(5_000), `"${'a'.repeat(5_000)}`, '1 '.repeat(5_000), 'http://'.repeat(2_000)];

    for (const text of hostile) expect(scrub(text).length).toBeLessThanOrEqual(4_100);
  });
});

describe('the context of a request', () => {
  it('takes the trace of traceparent', () => {
    const context = contextFromHeaders({ traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });

    expect(context).toMatchObject({ traceId: TRACE, spanId: '00f067aa0ba902b7' });
  });

  it('takes the trace of X-Cloud-Trace-Context and turns its span into hex', () => {
    const context = contextFromHeaders({ 'x-cloud-trace-context': `${TRACE}/255;o=1` });

    expect(context).toMatchObject({ traceId: TRACE, spanId: '00000000000000ff' });
  });

  it.each([
    ['nothing', {}],
    ['a broken traceparent', { traceparent: '00-xyz' }],
    ['a trace of zeros', { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }],
    ['text with line feeds', { 'x-cloud-trace-context': 'canary\n{"severity":"ALERT"}' }],
  ])('starts a trace of its own for %s', (_what, headers) => {
    const context = contextFromHeaders(headers);

    expect(context.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(context.spanId).toBeUndefined();
  });

  it('stands on every line of the request, after an await too', async () => {
    const { log, lines } = capture({ projectId: 'p' });
    const context = contextFromHeaders({ traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });

    await runWithContext(context, async () => {
      await Promise.resolve();
      log.info('inside');
    });
    log.info('outside');

    expect(lines[0]).toMatchObject({
      'logging.googleapis.com/trace': `projects/p/traces/${TRACE}`,
      'logging.googleapis.com/spanId': '00f067aa0ba902b7',
      'logging.googleapis.com/labels': { log_id: context.logId },
    });
    expect(lines[1]).not.toHaveProperty('logging.googleapis.com/trace');
  });
});

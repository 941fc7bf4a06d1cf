import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemCodes } from '../../../shared/domain/problem-codes.ts';
import { conflict, notFound, problemFromZod, schemaProblem } from '../../../shared/errors.ts';
import { renderEnvelope, renderJsonApi, renderProblemJson } from '../../../shared/http/renderers.ts';

const context = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  logId: '7e91cd02-0a3b-4f55-8811-fedcba987654',
};
const meta = { trace_id: context.traceId, log_id: context.logId };
const details = { path: 'data.attributes.status', issue: 'todo cannot become finalized' };
const problem = conflict('COLLECT_INVALID_TRANSITION', 'It cannot.', { details });

describe('one problem', () => {
  it('is the documented envelope', () => {
    expect(renderEnvelope(problem, context)).toEqual({
      contentType: 'application/json; charset=utf-8',
      body: {
        ...{ code: 'COLLECT_INVALID_TRANSITION', status: 409, title: 'Conflict', message: 'It cannot.' },
        ...{ details, meta },
      },
    });
  });

  it('is a JSON:API document with one error', () => {
    expect(renderJsonApi(problem, context)).toEqual({
      contentType: 'application/vnd.api+json',
      body: {
        jsonapi: { version: '1.1' },
        errors: [
          {
            id: context.logId,
            links: { type: '/errors#COLLECT_INVALID_TRANSITION' },
            ...{ status: '409', code: 'COLLECT_INVALID_TRANSITION', title: 'Conflict', detail: 'It cannot.' },
            source: { pointer: '/data/attributes/status' },
            meta: { ...meta, details },
          },
        ],
      },
    });
  });

  it('is problem details of RFC 9457', () => {
    expect(renderProblemJson(problem, context)).toEqual({
      contentType: 'application/problem+json',
      body: {
        type: '/errors#COLLECT_INVALID_TRANSITION',
        ...{ title: 'Conflict', status: 409, detail: 'It cannot.', code: 'COLLECT_INVALID_TRANSITION' },
        instance: `urn:uuid:${context.logId}`,
        details,
        ...meta,
      },
    });
  });

  it('names a request by the id that its caller made', () => {
    expect(renderProblemJson(problem, { ...context, logId: 'popup-7' }).body).toMatchObject({
      instance: 'urn:x-request-id:popup-7',
    });
  });

  it('says no more than there is', () => {
    for (const render of [renderEnvelope, renderJsonApi, renderProblemJson])
      expect(JSON.stringify(render(notFound('collect'), context).body)).not.toMatch(
        /details|source|cause|stack/,
      );
  });
});

describe('the source of a JSON:API error', () => {
  const sourceOf = (given: Parameters<typeof renderJsonApi>[0]) =>
    (renderJsonApi(given, context).body as { errors: { source?: unknown }[] }).errors[0]?.source;

  it.each([
    ['query.filter[status]', { parameter: 'filter[status]' }],
    ['query.fields[a.b]', { parameter: 'fields[a.b]' }],
    ['headers.Idempotency-Key', { header: 'Idempotency-Key' }],
    ['params.id', undefined],
    ['file', undefined],
    ['data', { pointer: '/data' }],
    ['data.0.attributes.entity_id', { pointer: '/data/0/attributes/entity_id' }],
  ])('of %s is %j', (path, source) => {
    expect(sourceOf(schemaProblem({ path, issue: 'required' }))).toEqual(source);
  });

  const Body = z.strictObject({
    data: z.strictObject({ attributes: z.strictObject({ status: z.enum(['todo']) }).prefault({} as never) }),
  });
  it.each([
    [{}, ''],
    [{ data: {} }, '/data'],
    [{ data: { attributes: {} } }, '/data/attributes'],
    [{ data: { attributes: { status: 'x' } } }, '/data/attributes/status'],
    [{ data: { attributes: { status: 'todo', 'a.b/c~d': 1 } } }, '/data/attributes/a.b~1c~0d'],
    [{ data: { attributes: { status: 'todo', ['x'.repeat(65)]: 1 } } }, '/data/attributes'],
    [3, ''],
  ])('points at what is there: %j', (input, pointer) => {
    const parsed = Body.safeParse(input);

    expect(sourceOf(problemFromZod(parsed.error as z.ZodError, input))).toEqual({ pointer });
  });

  it.each([
    [{ data: { attributes: { entity_id: 'x' } } }, '/data/attributes/entity_id'],
    [{ data: { attributes: {} } }, '/data/attributes'],
    [{ data: [] }, '/data'],
    [undefined, '/data/attributes/entity_id'],
  ])('leads to a value of the request when it is told by its place: %j', (sent, pointer) => {
    const problem = schemaProblem({ path: 'data.attributes.entity_id', issue: 'required' });

    expect((renderJsonApi(problem, context, sent).body as { errors: unknown[] }).errors[0]).toMatchObject({
      source: { pointer },
    });
  });
});

describe('the catalogue', () => {
  it('has upper-snake codes in sentences that end', () => {
    for (const [code, { means, mend }] of Object.entries(problemCodes)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      for (const text of [means, mend]) expect(text).toMatch(/^[A-Z].*\.$/);
    }
  });
});

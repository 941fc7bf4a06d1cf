import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  asProblem,
  type HttpProblem,
  methodNotAllowed,
  notFound,
  problemFromZod,
  unauthorized,
  unavailable,
} from '../../shared/errors.ts';

const Body = z.strictObject({
  data: z.strictObject({
    attributes: z.strictObject({
      status: z.enum(['todo', 'in_progress']),
      provider: z.string().max(10).optional(),
    }),
  }),
});

const problemOf = (input: unknown, root?: string): HttpProblem => {
  const parsed = Body.safeParse(input);
  if (parsed.success) throw new Error('the sample is meant to be wrong');
  return problemFromZod(parsed.error, input, root);
};

describe('problemFromZod', () => {
  it('names a missing field as required', () => {
    const problem = problemOf({ data: { attributes: {} } });

    expect(problem).toMatchObject({
      status: 400,
      code: 'SCHEMA_VALIDATION_ERROR',
      details: { path: 'data.attributes.status', issue: 'required' },
    });
  });

  it('names an unknown field by its own path', () => {
    const problem = problemOf({ data: { attributes: { status: 'todo', people_pk: 1 } } });

    expect(problem.details).toEqual({ path: 'data.attributes.people_pk', issue: 'unknown field' });
  });

  it('says what is expected and never repeats the value', () => {
    const problem = problemOf({ data: { attributes: { status: 'canary-value' } } });

    expect(problem.details?.issue).toBe('expected one of "todo"|"in_progress"');
    expect(problem.message).not.toContain('canary-value');
  });

  it('starts the path with the part of the request', () => {
    expect(problemOf({ data: 3 }, 'query').details?.path).toBe('query.data');
  });

  it('cuts a field name that is meant to bloat the answer', () => {
    const problem = problemOf({ data: { attributes: { status: 'todo', ['x'.repeat(50_000)]: 1 } } });

    expect(problem.message.length).toBeLessThan(200);
  });

  it('says body when the whole body has the wrong form', () => {
    expect(problemOf(3).details).toEqual({ path: 'body', issue: 'expected object, received number' });
  });
});

describe('the documented problems', () => {
  it('name the resource that is not there', () => {
    expect(notFound('enrichment_task').code).toBe('ENRICHMENT_TASK_NOT_FOUND');
    expect(notFound().code).toBe('NOT_FOUND');
  });

  it('carry the headers that HTTP wants with them', () => {
    expect(methodNotAllowed(['GET', 'POST']).headers).toEqual({ allow: 'GET, POST' });
    expect(unauthorized('no token').headers).toEqual({ 'www-authenticate': 'Bearer' });
    expect(unavailable('the database is away', 5).headers).toEqual({ 'retry-after': '5' });
  });

  it('hide any other error behind a 500 that keeps it as cause', () => {
    const error = new Error('password=canary');

    const problem = asProblem(error);

    expect(problem).toMatchObject({ status: 500, code: 'INTERNAL_SERVER_ERROR', cause: error });
    expect(problem.message).not.toContain('canary');
  });

  it('pass an HttpProblem on as it is', () => {
    const problem = notFound('collect');

    expect(asProblem(problem)).toBe(problem);
  });
});

import { describe, expect, test } from 'vitest';
import { Collect } from '../../shared/domain/collect-schema.ts';
import { checkAnswer } from './check-answer.ts';

const [data] = (Collect.meta()?.examples ?? []) as Collect[];
const answering = (body: unknown, { status = 201, url = '/v1/collects' } = {}) =>
  checkAnswer({ name: 'collect_create', url, status, body });

test('the documented resource may leave', async () => {
  await expect(answering({ data })).resolves.toBeUndefined();
});

test('an internal column may not', async () => {
  const leaking = { ...data, attributes: { ...data?.attributes, workspace_pk: 7 } };

  await expect(answering({ data: leaking })).rejects.toThrow(/data\.attributes: .*workspace_pk/);
});

test('an attribute may be missing where the caller named those it wants, and a member beside data not', async () => {
  const sparse = { ...data, attributes: { status: 'todo' } };

  await expect(answering({ data: sparse })).rejects.toThrow(/data\.attributes\.collect_id/);
  await expect(
    answering({ data: sparse }, { url: '/v1/collects?fields%5Bcollect%5D=status' }),
  ).resolves.toBeUndefined();
  await expect(answering({}, { url: '/v1/collects?fields[collect]=status' })).rejects.toThrow(/data/);
});

test('a status that the door does not declare is no answer of it', async () => {
  await expect(answering({ data }, { status: 202 })).rejects.toThrow(/collect_create answered 202/);
});

describe('an error', () => {
  const meta = { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', log_id: 'a' };
  const problem = (code: string, more: object = {}) => ({
    ...{ code, status: 404, title: 'Not Found', message: 'There is no such task.', meta },
    ...more,
  });

  test('that the door names may leave', async () => {
    await expect(answering(problem('TASK_NOT_FOUND'), { status: 404 })).resolves.toBeUndefined();
  });

  test('that it does not name may not', async () => {
    await expect(answering(problem('COLLECT_NOT_FOUND'), { status: 404 })).rejects.toThrow(
      /collect_create answered 404 COLLECT_NOT_FOUND/,
    );
  });

  test('says nothing beside what is described', async () => {
    await expect(answering(problem('TASK_NOT_FOUND', { stack: 'at …' }), { status: 404 })).rejects.toThrow(
      /stack/,
    );
  });
});

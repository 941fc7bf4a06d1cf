import { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { edgeOf } from '../../../shared/http/edge.ts';
import { httpFunction } from '../../../shared/http/http-function.ts';
import { sendTaskAnswer, type TaskAnswer, taskAnswers } from '../../../shared/http/task-answers.ts';
import { startFront } from './start-front.ts';

describe('the answer table of deliveries', () => {
  const table: [string, TaskAnswer, number, string | null][] = [
    ['done', taskAnswers.done, 204, null],
    ['unreadable', taskAnswers.unreadable, 204, null],
    ['retry', taskAnswers.retry(), 422, null],
    ['database unavailable', taskAnswers.databaseUnavailable(new Error('away')), 503, '5'],
    ['dependency overloaded', taskAnswers.dependencyOverloaded(30, new Error('busy')), 503, '30'],
  ];
  it.each(table)('%s', async (_name, end, status, retryAfter) => {
    const { front, call } = await startFront({
      handlers: { logo: httpFunction(async (edge, res) => sendTaskAnswer(edge, res, end)) },
    });

    const answer = await call('/logo', { method: 'POST', body: '{}' });

    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
    await front.close();
  });

  it('is a bare 500 for what nobody foresaw', async () => {
    const { front, call, lines } = await startFront({
      handlers: { logo: httpFunction(() => Promise.reject(new Error('canary'))) },
    });

    const answer = await call('/logo', { method: 'POST', body: '{}' });

    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('canary');
    expect(lines.find(({ severity }) => severity === 'ERROR')).toMatchObject({ function: 'logo' });
    await front.close();
  });
});

describe('a function without the front', () => {
  it('does not run', () => {
    const { req } = new ServerResponse({ method: 'POST' } as never);

    expect(() => edgeOf(req)).toThrow(/front/);
  });
});

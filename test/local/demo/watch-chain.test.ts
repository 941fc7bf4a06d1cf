import { expect, test } from 'vitest';
import type { Task } from '../../../local/demo/extension.ts';
import { createProgress } from '../../../local/demo/progress.ts';
import { watchChain } from '../../../local/demo/watch-chain.ts';

/** A chain a → b whose second task waits for approval, and c which comes to wait once b is approved. */
function stand(answer: 'yes' | 'outdated') {
  const approved = new Set<string>();
  const asked: string[][] = [];
  const task = (id: string, parts: Partial<Task>): Task => ({
    ...{ id, enrichment_type: 'reconcile', status: 'completed', input: {}, output: null, error: null },
    ...parts,
  });
  const waits = (id: string) => (approved.has(id) ? 'completed' : 'awaiting_approval');
  const tasks: Record<string, () => Task> = {
    a: () => task('a', { enrichment_type: 'ai_invoice', output: { followups: ['b'] } }),
    b: () => task('b', { status: waits('b'), output: { followups: approved.has('b') ? ['c'] : [] } }),
    c: () => task('c', { status: waits('c') }),
  };
  let text = '';
  return {
    asked,
    text: () => text,
    watched: {
      reader: {
        task: async (id: string) => tasks[id]?.() ?? Promise.reject(new Error(`no task ${id}`)),
        subtasks: async () => [],
      },
      extension: {
        approve: async (ids: string[]) => {
          asked.push(ids);
          if (answer === 'outdated')
            return {
              resolved: [],
              errors: ids.map((task_id) => ({ task_id, code: 'PROPOSAL_OUTDATED', message: 'It is gone.' })),
            };
          for (const id of ids) approved.add(id);
          return { resolved: ids.map((task_id) => ({ task_id })), errors: [] };
        },
      },
      progress: createProgress({ write: (more: string) => (text += more) }),
    },
  };
}

test('approves what waits, then what comes to wait because of that', async () => {
  const { watched, asked, text } = stand('yes');

  const tasks = await watchChain(watched, { roots: ['a'], approve: true });

  expect(asked).toEqual([['b'], ['c']]);
  expect(tasks.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'a completed',
    'b completed',
    'c completed',
  ]);
  expect(text().match(/ai_invoice/g)).toHaveLength(1);
});

test('asks once about a task that is not approved, and says why', async () => {
  const { watched, asked, text } = stand('outdated');

  await watchChain(watched, { roots: ['a'], approve: true });

  expect(asked).toEqual([['b']]);
  expect(text()).toContain('reconcile was not approved: PROPOSAL_OUTDATED, It is gone.');
});

test('leaves what waits alone unless it is told to approve', async () => {
  const { watched, asked } = stand('yes');

  const tasks = await watchChain(watched, { roots: ['a'], approve: false });

  expect(asked).toEqual([]);
  expect(tasks.at(-1)?.status).toBe('awaiting_approval');
});

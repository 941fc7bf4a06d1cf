import { expect, test } from 'vitest';
import { approveWaiting } from '../../../local/demo/approve-waiting.ts';
import type { Task } from '../../../local/demo/extension.ts';

const task = (id: string, status: Task['status']): Task => ({
  ...{ id, status, enrichment_type: 'reconcile', output: null, error: null },
});

test('approves what waits, then what comes to wait because of that', async () => {
  const chains = [
    [task('a', 'completed'), task('b', 'awaiting_approval')],
    [task('a', 'completed'), task('b', 'completed')],
  ];
  const asked: string[][] = [];
  const extension = {
    approve: async (ids: string[]) => {
      asked.push(ids);
      return { resolved: ids.map((task_id) => ({ task_id })), errors: [] };
    },
  };

  const tasks = await approveWaiting(
    extension,
    [task('a', 'awaiting_approval')],
    () => chains.shift() ?? [],
    () => {},
  );

  expect(asked).toEqual([['a'], ['b']]);
  expect(tasks.map(({ status }) => status)).toEqual(['completed', 'completed']);
});

test('asks once about a task that is not approved, and says why', async () => {
  const waiting = [task('a', 'awaiting_approval')];
  const said: string[] = [];
  const refusal = { task_id: 'a', code: 'PROPOSAL_OUTDATED', message: 'The invoice is gone.' };

  const tasks = await approveWaiting(
    { approve: async () => ({ resolved: [], errors: [refusal] }) },
    waiting,
    () => waiting,
    (text) => said.push(text),
  );

  expect(tasks).toEqual(waiting);
  expect(said).toEqual(['reconcile was not approved: PROPOSAL_OUTDATED, The invoice is gone.']);
});

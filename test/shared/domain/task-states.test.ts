import { expect, test } from 'vitest';
import { taskStatuses } from '../../../shared/domain/enrichment-types.ts';
import { canMove, nextStatuses, terminalStatuses } from '../../../shared/domain/task-states.ts';

test('has exactly the documented edges', () => {
  const edges = taskStatuses.flatMap((from) =>
    taskStatuses.filter((to) => canMove(from, to)).map((to) => `${from} → ${to}`),
  );

  expect(edges).toEqual([
    'pending → processing',
    'pending → rejected',
    'processing → processing',
    'processing → completed',
    'processing → awaiting_approval',
    'processing → failed',
    'processing → rejected',
    'awaiting_approval → completed',
    'awaiting_approval → rejected',
  ]);
});

test('nothing leaves a terminal status, and nothing goes back to pending', () => {
  expect(terminalStatuses.flatMap((status) => nextStatuses[status])).toEqual([]);
  expect(Object.values(nextStatuses).flat()).not.toContain('pending');
});

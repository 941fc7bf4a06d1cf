import { expect, test } from 'vitest';
import type { Task } from '../../../local/demo/extension.ts';
import { followChain } from '../../../local/demo/follow-chain.ts';

/** Tasks that are at rest after so many looks. */
const readerOf = (tasks: Record<string, { next?: string[]; subtasks?: string[]; looks?: number }>) => {
  const looks = new Map<string, number>();
  return {
    async task(id: string): Promise<Task> {
      const { next = [], looks: needed = 0 } = tasks[id] ?? {};
      const seen = looks.get(id) ?? 0;
      looks.set(id, seen + 1);
      return {
        ...{ id, enrichment_type: 'reconcile', error: null, input: {}, output: { followups: next } },
        status: seen >= needed ? 'completed' : 'processing',
      };
    },
    subtasks: async (id: string) => tasks[id]?.subtasks ?? [],
  };
};

const draw = async (reader: ReturnType<typeof readerOf>, roots: string[]) => {
  const lines: string[] = [];
  const found = await followChain(reader, roots, {
    onMove: () => {},
    onRest: ({ id }, place) => lines.push(`${place.map((last) => (last ? '└' : '├')).join('')} ${id}`),
    onWaiting: ({ id }, place, count) =>
      lines.push(`${place.map((last) => (last ? '└' : '├')).join('')} ${id} waits for ${count}`),
  });
  return { lines, ids: found.map(({ id }) => id) };
};

test('follows what a task set off, branch by branch', async () => {
  const reader = readerOf({ a: { next: ['b', 'd'] }, b: { next: ['c'] }, c: {}, d: {} });

  expect((await draw(reader, ['a'])).lines).toEqual(['└ a', '└├ b', '└├└ c', '└└ d']);
});

test('shows the subtasks of a task that waits for them, and its end below them', async () => {
  const reader = readerOf({ a: { subtasks: ['b', 'c'], looks: 1 }, b: {}, c: {} });

  expect((await draw(reader, ['a'])).lines).toEqual(['└ a waits for 2', '└├ b', '└├ c', '└└ a']);
});

test('a task that two others set off is followed once', async () => {
  const reader = readerOf({ a: { next: ['c'] }, b: { next: ['c'] }, c: { next: ['a'] } });

  expect((await draw(reader, ['a', 'b'])).ids).toEqual(['a', 'c', 'b']);
});

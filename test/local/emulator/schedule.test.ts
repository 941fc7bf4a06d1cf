import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSchedule } from '../../../local/emulator/schedule.ts';
import { newTask, type Task } from '../../../local/emulator/task.ts';

const waiting = (id: string, scheduledAt: number): Task =>
  newTask({
    id,
    name: id,
    named: true,
    request: { method: 'POST', url: 'http://x.test/', headers: {}, body: undefined, token: undefined },
    createdAt: 0,
    deadlineMs: 600_000,
    scheduledAt,
  });

it('gives tasks by due time, those due together as they came, and none that was removed', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean())), (plan) => {
      const schedule = createSchedule();
      const tasks = plan.map(([dueAt], index) => waiting(`t${index}`, dueAt));
      for (const task of tasks) schedule.add(task, task.scheduledAt);
      for (const [index, task] of tasks.entries()) if (plan[index]?.[1]) schedule.remove(task);

      const taken = Array.from({ length: schedule.size }, () => schedule.take());

      const kept = tasks.filter((_, index) => !plan[index]?.[1]);
      expect(taken).toEqual(kept.toSorted((a, b) => a.scheduledAt - b.scheduledAt));
      expect(schedule.firstDueAt()).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});

it('counts the tasks that a fault puts off', () => {
  const schedule = createSchedule();
  const [late, other] = [waiting('late', 10), waiting('other', 10)];
  schedule.add(late, 20);
  schedule.add(other, 10);

  const before = schedule.putOff;
  schedule.remove(late);

  expect([before, schedule.putOff, schedule.size]).toEqual([1, 0, 1]);
});

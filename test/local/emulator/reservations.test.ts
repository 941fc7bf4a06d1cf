import { expect, it } from 'vitest';
import { createReservations } from '../../../local/emulator/reservations.ts';

it('keeps a name for its time, from the last time it was given up', () => {
  const names = createReservations(100);
  names.add('a', 0);
  names.add('a', 50);

  expect([names.has('a', 149), names.has('a', 150), names.has('b', 0)]).toEqual([true, false, false]);
});

it('holds only what was given up recently', () => {
  const names = createReservations(100);

  for (let now = 0; now < 10_000; now += 1) names.add(`task-${now}`, now);

  expect(names.size).toBe(100);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CollectChange,
  type CollectState,
  canMoveCollect,
  collectStatuses,
  hasEnded,
  planCollectChange,
} from '../../../shared/domain/collect-states.ts';

const NOW = '2026-06-02T09:15:00.000Z';
const at = (minutes: number) => new Date(Date.parse(NOW) + minutes * 60_000).toISOString();

const states = {
  todo: { status: 'todo', provider: 'popup', started_at: null, ended_at: null },
  in_progress: { status: 'in_progress', provider: 'popup', started_at: at(-5), ended_at: null },
  finalized: { status: 'finalized', provider: 'popup', started_at: at(-5), ended_at: at(-1) },
  error: { status: 'error', provider: 'popup', started_at: null, ended_at: at(-1) },
} as const satisfies Record<CollectState['status'], CollectState>;

const edges = ['todo in_progress', 'todo error', 'in_progress finalized', 'in_progress error'];

const changed = (current: CollectState, change: CollectChange) => {
  const plan = planCollectChange(current, change, NOW);
  if (plan.kind !== 'changed') throw new Error(`expected a change, got ${JSON.stringify(plan)}`);
  return plan.to;
};
const codeOf = (current: CollectState, change: CollectChange) => {
  const plan = planCollectChange(current, change, NOW);
  return plan.kind === 'refused' ? plan.code : plan.kind;
};

describe('the state table', () => {
  const pairs = collectStatuses.flatMap((from) => collectStatuses.map((to) => [from, to] as const));

  test.each(pairs)('from %s to %s', (from, to) => {
    const legal = edges.includes(`${from} ${to}`);

    expect(canMoveCollect(from, to)).toBe(legal);
    expect(codeOf(states[from], { status: to })).toBe(
      legal ? 'changed' : from === to ? 'unchanged' : 'COLLECT_INVALID_TRANSITION',
    );
  });

  test('finalized and error are the ends', () => {
    expect(collectStatuses.filter(hasEnded)).toEqual(['finalized', 'error']);
  });
});

describe('times', () => {
  test('a start without a time gets the clock of the database', () => {
    expect(changed(states.todo, { status: 'in_progress' }).started_at).toBe(NOW);
  });

  test('an end without a time gets the clock of the database', () => {
    expect(changed(states.in_progress, { status: 'finalized' }).ended_at).toBe(NOW);
  });

  test('an end is filled no earlier than a start of a clock that runs ahead', () => {
    const ahead = { ...states.in_progress, started_at: at(90) };

    expect(changed(ahead, { status: 'error' }).ended_at).toBe(at(90));
  });

  test('the times of the client are taken', () => {
    expect(changed(states.todo, { status: 'in_progress', started_at: at(-3) }).started_at).toBe(at(-3));
    expect(changed(states.in_progress, { status: 'finalized', ended_at: at(-2) }).ended_at).toBe(at(-2));
  });

  test('a run that fails before it began has no start', () => {
    expect(changed(states.todo, { status: 'error' })).toEqual({
      ...states.todo,
      status: 'error',
      ended_at: NOW,
    });
  });

  test.each([
    ['a day and a minute ago', at(-24 * 60 - 1)],
    ['in a day and a minute', at(24 * 60 + 1)],
    ['in the year 9999', '9999-12-31T23:59:59.000Z'],
    ['at no time at all', 'yesterday'],
  ])('a start %s is refused', (_when, started_at) => {
    expect(codeOf(states.todo, { status: 'in_progress', started_at })).toBe('COLLECT_TIMESTAMP_INVALID');
  });

  test('the bound itself is still taken', () => {
    expect(codeOf(states.todo, { status: 'in_progress', started_at: at(-24 * 60) })).toBe('changed');
  });

  test('an end before the start is refused', () => {
    expect(codeOf(states.in_progress, { status: 'finalized', ended_at: at(-6) })).toBe(
      'COLLECT_TIMESTAMP_INVALID',
    );
  });

  test('a run that lasted longer than a day can repeat its start when it ends', () => {
    const long = { ...states.in_progress, started_at: at(-3 * 24 * 60) };

    expect(codeOf(long, { status: 'finalized', started_at: long.started_at })).toBe('changed');
  });

  test('a repeated status keeps the times that were written first', () => {
    expect(codeOf(states.in_progress, { status: 'in_progress', started_at: at(-1) })).toBe('unchanged');
    expect(codeOf(states.finalized, { status: 'finalized', ended_at: NOW })).toBe('unchanged');
  });

  test('a start alone corrects a run in progress and no other', () => {
    expect(changed(states.in_progress, { started_at: at(-9) }).started_at).toBe(at(-9));
    expect(codeOf(states.todo, { started_at: at(-9) })).toBe('COLLECT_INVALID_TRANSITION');
    expect(codeOf(states.finalized, { started_at: at(-9) })).toBe('COLLECT_ALREADY_ENDED');
  });

  test('an end without an ending status is refused', () => {
    expect(codeOf(states.in_progress, { ended_at: NOW })).toBe('COLLECT_INVALID_TRANSITION');
    expect(codeOf(states.todo, { status: 'in_progress', ended_at: NOW })).toBe('COLLECT_INVALID_TRANSITION');
  });

  test('the same time in another spelling is no change', () => {
    const spelled = states.finalized.ended_at.replace('.000Z', 'Z');

    expect(codeOf(states.finalized, { ended_at: spelled })).toBe('unchanged');
  });
});

describe('the provider', () => {
  test('changes while the run is live', () => {
    expect(changed(states.todo, { provider: 'linkedin' }).provider).toBe('linkedin');
    expect(changed(states.in_progress, { provider: null }).provider).toBeNull();
  });

  test('stays once the run has ended', () => {
    expect(codeOf(states.error, { provider: 'linkedin' })).toBe('COLLECT_ALREADY_ENDED');
    expect(codeOf(states.error, { provider: 'popup' })).toBe('unchanged');
  });
});

const anyChange = fc.record(
  {
    status: fc.constantFrom(...collectStatuses),
    provider: fc.constantFrom('popup', 'linkedin', null),
    started_at: fc.integer({ min: -3_000, max: 3_000 }).map(at),
    ended_at: fc.integer({ min: -3_000, max: 3_000 }).map(at),
  },
  { requiredKeys: [] },
);

test('a thousand sequences of changes never leave the state table, end once, and keep their times in order', () => {
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 12 }), (changes) => {
      let current: CollectState = states.todo;
      let ends = 0;
      for (const change of changes) {
        const plan = planCollectChange(current, change, NOW);
        if (plan.kind !== 'changed') continue;
        const moved = plan.to.status !== current.status;
        if (moved && !edges.includes(`${current.status} ${plan.to.status}`)) return false;
        if (hasEnded(current.status)) return false;
        if (hasEnded(plan.to.status)) ends += 1;
        current = plan.to;
      }
      const { status, started_at, ended_at } = current;
      return (
        ends === (hasEnded(status) ? 1 : 0) &&
        (ended_at !== null) === hasEnded(status) &&
        (started_at === null || status !== 'todo') &&
        (started_at !== null || status !== 'in_progress') &&
        (started_at === null || ended_at === null || Date.parse(ended_at) >= Date.parse(started_at)) &&
        [started_at, ended_at].every(
          (time) => time === null || Math.abs(Date.parse(time) - Date.parse(NOW)) <= 86_400_000,
        )
      );
    }),
    { numRuns: 1_000 },
  );
});

test('delivering a change twice is the same as once', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(states)), anyChange, (current, change) => {
      const first = planCollectChange(current, change, NOW);
      if (first.kind !== 'changed') return true;
      return planCollectChange(first.to, change, at(1)).kind === 'unchanged';
    }),
    { numRuns: 1_000 },
  );
});

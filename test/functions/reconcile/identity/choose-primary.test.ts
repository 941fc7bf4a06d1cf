import { expect, test } from 'vitest';
import { type Choosable, choosePrimary } from '../../../../functions/reconcile/identity/choose-primary.ts';

const record = (columns: Partial<Choosable>): Choosable => ({
  ...{ pk: 1, created_at: '2026-01-02T00:00:00.000Z', references: 0, own: false },
  ...columns,
});

test.each<[string, Partial<Choosable>, Partial<Choosable>]>([
  ['the workspace’s own company, however little points at it', { own: true }, { references: 9 }],
  [
    'what more rows point at, however young',
    { references: 2, created_at: '2026-05-01T00:00:00.000Z' },
    { references: 1 },
  ],
  ['the older one when as many point at both', { created_at: '2026-01-01T00:00:00.000Z' }, { pk: 0 }],
  ['the one with the smaller key when they are of one moment', { pk: 1 }, { pk: 2 }],
])('stays: %s', (_, staying, going) => {
  const [left, right] = [record(staying), record(going)];

  expect(choosePrimary(left, right)).toEqual({ primary: left, secondary: right });
  expect(choosePrimary(right, left)).toEqual({ primary: left, secondary: right });
});

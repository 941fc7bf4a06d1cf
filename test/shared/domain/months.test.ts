import { expect, test } from 'vitest';
import {
  businessDaysBefore,
  daysOfMonth,
  MONTH_PATTERN,
  monthsBetween,
} from '../../../shared/domain/months.ts';

test.each([
  ['2026-03', true],
  ['1999-12', true],
  ['2026-13', false],
  ['2026-3', false],
  ['0000-01', false],
  ['2026-03-01', false],
])('%s is a label of a month: %s', (label, valid) => {
  expect(MONTH_PATTERN.test(label)).toBe(valid);
});

test.each([
  ['2026-02', '2026-02-28'],
  ['2028-02', '2028-02-29'],
  ['2026-12', '2026-12-31'],
])('the last day of %s is %s', (month, last) => {
  expect(daysOfMonth(month)).toEqual({ first: `${month}-01`, last });
});

test('a span goes over the year, oldest first, and stops at its limit', () => {
  expect(monthsBetween('2025-11', '2026-02', 24)).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
  expect(monthsBetween('2025-11', '2026-02', 2)).toEqual(['2025-11', '2025-12']);
  expect(monthsBetween('2026-02', '2026-01', 24)).toEqual([]);
});

// 2026-03-02 is a Monday.
test.each([
  ['2026-03-02', '2026-02-26'],
  ['2026-03-03', '2026-03-01'],
  ['2026-03-04', '2026-03-02'],
  ['2026-03-06', '2026-03-04'],
  ['2026-03-07', '2026-03-04'],
  ['2026-03-08', '2026-03-04'],
])('two business days before %s is %s', (day, before) => {
  expect(businessDaysBefore(day, 2)).toBe(before);
});

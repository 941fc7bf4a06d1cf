import { describe, expect, test } from 'vitest';
import {
  readinessOf,
  regularityOf,
  scoreProvider,
  volumeOf,
} from '../../../functions/provider_score/score-provider.ts';

describe('volume', () => {
  test.each([
    [0, 0],
    [-5, 0],
    [9_999, 1],
    [10_000, 1],
    [1_000_000, 1],
    [99, 0.5],
    [999, 0.75],
  ])('of %d is about %d', (total, volume) => {
    expect(volumeOf(total)).toBeCloseTo(volume, 3);
  });

  test('grows with the total', () => {
    const volumes = [0, 1, 10, 100, 1_000, 10_000].map(volumeOf);

    expect(volumes).toEqual([...new Set(volumes)].sort((a, b) => a - b));
  });
});

describe('regularity', () => {
  const month = (n: number) => new Date(Date.UTC(2026, 0, 1 + 30 * n)).toISOString().slice(0, 10);

  test.each([
    ['no day', [], 0],
    ['one day', ['2026-01-01'], 0],
    ['all on one day', ['2026-01-01', '2026-01-01', '2026-01-01'], 0],
    ['one gap, which may be chance', ['2026-01-01', '2026-02-01'], 1 / 3],
    ['equal gaps', [0, 1, 2, 3, 4].map(month), 1],
    ['equal gaps in any order, several a day', [3, 1, 2, 0, 0].map(month), 1],
    [
      'gaps of 10, 10 and 40 days',
      ['2026-01-01', '2026-01-11', '2026-01-21', '2026-03-02'],
      1 / (1 + Math.SQRT1_2),
    ],
  ])('of %s', (_what, days, regularity) => {
    expect(regularityOf(days)).toBeCloseTo(regularity, 9);
  });
});

test('readiness is 1 for a green blueprint, .6 for another, .3 for a connector, else 0', () => {
  const ready = (has_blueprint: boolean, has_connector: boolean, skill_status: string | null) =>
    readinessOf({ has_blueprint, has_connector, skill_status });

  expect([
    ready(true, true, 'green'),
    ready(true, false, 'red'),
    ready(false, true, 'green'),
    ready(false, false, null),
  ]).toEqual([1, 0.6, 0.3, 0]);
});

describe('a score', () => {
  const gap = {
    ...{ open: 4, internal: 0, unconverted: 0, base_currency: 'EUR', base_total: '9999.00' },
    ...{ days: ['2026-01-01', '2026-01-31', '2026-03-02', '2026-04-01'], samples: [], computed_at: 'now' },
  };
  const provider = {
    ...{ pk: 1, provider_id: 'p', slug: 's', name: 'n', url: null, searchable_terms: [], countries: ['FR'] },
    ...{
      has_blueprint: true,
      has_connector: false,
      is_connected: false,
      skill_status: 'green',
      skill_confidence: 0.8,
    },
    ...{ is_selected: false, is_matched: false },
  };
  const facts = { match: 1, asOf: '2026-04-11', country: 'FR' };

  test('is 100 when everything is there', () => {
    expect(scoreProvider(gap, provider, facts)).toMatchObject({
      score: 100,
      confidence: 1,
      features: { volume: 1, regularity: 1, readiness: 1, days_since_last: 10, country_fit: true },
    });
  });

  test('weighs volume with .5, regularity with .3 and readiness with .2, and the match all of it', () => {
    const only = (parts: Partial<typeof gap>, ready = provider) =>
      scoreProvider({ ...gap, ...parts }, ready, facts).score;
    const idle = { ...provider, has_blueprint: false };

    expect(only({ days: ['2026-04-01'] }, idle)).toBe(50);
    expect(only({ base_total: '0' }, idle)).toBe(30);
    expect(only({ base_total: '0', days: ['2026-04-01'] })).toBe(20);
    expect(scoreProvider(gap, provider, { ...facts, match: 0.6 })).toMatchObject({
      score: 60,
      confidence: 0.6,
    });
  });

  test('of no expenses is what readiness leaves, with nothing said of days', () => {
    const none = scoreProvider(
      { ...gap, open: 0, days: [], base_total: '0' },
      { ...provider, countries: [] },
      facts,
    );

    expect(none).toMatchObject({
      score: 20,
      features: { last_day: null, days_since_last: null, country_fit: null },
    });
  });
});

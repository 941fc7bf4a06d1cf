import { EXCHANGE_RATE_MAX_AGE_DAYS } from '../../shared/domain/limits.ts';
import { type Movement, toDay } from './payment-records.ts';

/** One unit of `source_currency` is `rate` units of `target_currency` on `rate_date`. */
export interface ExchangeRate {
  source_currency: string;
  target_currency: string;
  rate: string;
  rate_date: string;
}

export interface KnownRate {
  rate: number;
  /** `table` is the day's published rate; `near` and `far` were seen on other movements around that day. */
  from: 'table' | 'near' | 'far';
}

export interface Exchange {
  rate(source: string, target: string, day: number): KnownRate | null;
}

/** A rate seen on movements further away than this says too little about the day. */
const IMPLIED_MAX_DAYS = 120;
/** Up to this many days the rate has hardly moved. */
const IMPLIED_NEAR_DAYS = 20;
const IMPLIED_NEIGHBOURS = 5;

interface Dated {
  day: number;
  rate: number;
}

const collect = (entries: { source: string; target: string; day: number; rate: number }[]) => {
  const series = new Map<string, Dated[]>();
  const push = (key: string, dated: Dated) => {
    const known = series.get(key);
    if (known) known.push(dated);
    else series.set(key, [dated]);
  };
  for (const { source, target, day, rate } of entries) {
    push(`${source}>${target}`, { day, rate });
    push(`${target}>${source}`, { day, rate: 1 / rate });
  }
  for (const dated of series.values()) dated.sort((a, b) => a.day - b.day || a.rate - b.rate);
  return series;
};

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Rates from the table when it has one (latest at or before the day, never a later one), else the middle one of the
 * nearest rates that movements stating an original amount imply. Rates are ratios, not money, hence floats.
 */
export const indexRates = (table: readonly ExchangeRate[], movements: readonly Movement[]): Exchange => {
  const published = collect(
    table.flatMap((row) => {
      const [day, rate] = [toDay(row.rate_date), Number(row.rate)];
      return day !== null && rate > 0 && Number.isFinite(rate)
        ? [{ source: row.source_currency, target: row.target_currency, day, rate }]
        : [];
    }),
  );
  const implied = collect(
    movements.flatMap(({ original, amount, currency, day }) =>
      original ? [{ source: original.currency, target: currency, day, rate: amount / original.amount }] : [],
    ),
  );
  const seen = new Map<string, KnownRate | null>();

  const lookUp = (pair: string, day: number): KnownRate | null => {
    const latest = published.get(pair)?.findLast((dated) => dated.day <= day);
    if (latest && day - latest.day <= EXCHANGE_RATE_MAX_AGE_DAYS) return { rate: latest.rate, from: 'table' };
    const near = (implied.get(pair) ?? [])
      .filter((dated) => Math.abs(dated.day - day) <= IMPLIED_MAX_DAYS)
      .sort((a, b) => Math.abs(a.day - day) - Math.abs(b.day - day) || a.rate - b.rate)
      .slice(0, IMPLIED_NEIGHBOURS);
    const rate = median(near.map((dated) => dated.rate));
    const [nearest] = near;
    if (rate === undefined || !nearest) return null;
    return { rate, from: Math.abs(nearest.day - day) <= IMPLIED_NEAR_DAYS ? 'near' : 'far' };
  };

  return {
    rate(source, target, day) {
      const key = `${source}>${target}@${day}`;
      const known = seen.get(key);
      if (known !== undefined) return known;
      const found = lookUp(`${source}>${target}`, day);
      seen.set(key, found);
      return found;
    },
  };
};

/** The amount at a rate, rounded to thousandths. */
export const convert = (thousandths: number, rate: number): number => Math.round(thousandths * rate);

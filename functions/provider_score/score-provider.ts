import type { CompanyGapRow } from '../../shared/db/company-gaps.ts';
import type { ScoredProviderRow } from '../../shared/db/providers.ts';
import type { Features } from './schema.ts';

/** Raise it with the weights or formulas below: it is stored with each score. */
export const SCORE_VERSION = 1;

const WEIGHTS = { volume: 0.5, regularity: 0.3, readiness: 0.2 };
/** Total in base currency from which more money makes no provider more interesting. */
const VOLUME_FULL = 10_000;
/** Gaps between days from which a rhythm is believed. */
const RHYTHM_GAPS = 3;
const READINESS = { green: 1, blueprint: 0.6, connector: 0.3, none: 0 };

const hundredths = (value: number) => Math.round(value * 100) / 100;
const tenThousandths = (value: number) => Math.round(value * 10_000) / 10_000;

/**
 * Logarithm of the total, 0–1: nothing is 0, `VOLUME_FULL` and more is 1, a tenth of it is three quarters. A float:
 * this is a measure, not money.
 */
export const volumeOf = (baseTotal: number): number =>
  Math.min(1, Math.log10(1 + Math.max(0, baseTotal)) / Math.log10(1 + VOLUME_FULL));

/**
 * How evenly the days of the expenses lie, 0–1: `1 / (1 + v)` with `v` the coefficient of variation of the gaps
 * between them, times the share of the gaps that it takes to believe a rhythm. One day, however many expenses, has no
 * gap and is 0.
 */
export function regularityOf(days: readonly string[]): number {
  const distinct = [...new Set(days)].map((day) => Date.parse(day) / 86_400_000).sort((a, b) => a - b);
  const gaps = distinct.slice(1).map((day, at) => day - (distinct[at] ?? day));
  if (gaps.length === 0) return 0;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  return (Math.min(gaps.length, RHYTHM_GAPS) / RHYTHM_GAPS) * (1 / (1 + Math.sqrt(variance) / mean));
}

/** How ready the provider is to be asked, 0–1. */
export const readinessOf = ({
  has_blueprint,
  has_connector,
  skill_status,
}: Pick<ScoredProviderRow, 'has_blueprint' | 'has_connector' | 'skill_status'>): number => {
  if (has_blueprint) return skill_status === 'green' ? READINESS.green : READINESS.blueprint;
  return has_connector ? READINESS.connector : READINESS.none;
};

export interface Scored {
  /** 0–100, two decimals. */
  score: number;
  /** 0–1, two decimals. */
  confidence: number;
  features: Features;
}

/** How much it is worth to ask this provider for the documents that a company's expenses lack. */
export function scoreProvider(
  gap: CompanyGapRow,
  provider: ScoredProviderRow,
  { match, asOf, country }: { match: number; asOf: string; country: string | null },
): Scored {
  const parts = {
    match,
    volume: tenThousandths(volumeOf(Number(gap.base_total))),
    regularity: tenThousandths(regularityOf(gap.days)),
    readiness: readinessOf(provider),
  };
  const weighted = Object.entries(WEIGHTS).reduce(
    (sum, [part, weight]) => sum + weight * parts[part as keyof typeof WEIGHTS],
    0,
  );
  const last = gap.days.at(-1) ?? null;
  return {
    score: hundredths(100 * match * weighted),
    confidence: hundredths(match),
    features: {
      ...parts,
      transactions: gap.open,
      base_currency: gap.base_currency,
      base_total: gap.base_total,
      unconverted: gap.unconverted,
      last_day: last,
      days_since_last: last === null ? null : (Date.parse(asOf) - Date.parse(last)) / 86_400_000,
      has_blueprint: provider.has_blueprint,
      skill_status: provider.skill_status,
      skill_confidence: provider.skill_confidence,
      country_fit:
        country === null || provider.countries.length === 0 ? null : provider.countries.includes(country),
      is_selected: provider.is_selected,
      is_matched: provider.is_matched,
      is_connected: provider.is_connected,
    },
  };
}

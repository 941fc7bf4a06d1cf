import {
  absoluteAmount,
  addAmounts,
  amountsAgree,
  compareAmounts,
  multiplyAmounts,
  subtractAmounts,
  sumAmounts,
} from '../../../domain/money.ts';
import type { DecimalMark } from './amounts.ts';
import type { Candidate } from './choose.ts';
import { type Figure, figuresOf, type TaxRow, taxRowsOf } from './figures.ts';
import type { Sheet } from './sheet.ts';
import type { TotalRole } from './total-roles.ts';

/** The sums of the page that could be told; each null when it could not. */
export interface PageTotals {
  lines: Candidate | null;
  net: Candidate | null;
  tax: Candidate | null;
  total: Candidate | null;
  prepaid: Candidate | null;
  due: Candidate | null;
  taxes: TaxRow[];
}

const CENT = '0.01';
/** Below it a value is named and placed too poorly to be a total. */
const SCORE_MIN = 0.35;
const ROUNDING_MAX = '0.05';
/** What cash and change alone say for a total that is printed nowhere. */
const PAID_STRENGTH = 0.4;

interface Sums {
  figures: Figure[];
  /** Values that may be the net amount or the tax, as labels say. */
  nets: Figure[];
  taxes: Figure[];
  /** Totals that other sums lead to, printed or not: cash less change, lines plus their tax. */
  led: Figure[];
}

const withRole = (figures: Figure[], ...roles: TotalRole[]) =>
  figures.filter(({ role }) => roles.includes(role));

/** Sums that are tried against each other; a bill of hundreds of pages has thousands. */
const TRIED_MAX = 120;

/** Different values, best named first, late in the document before early. */
const foremost = (figures: Figure[]): Figure[] => {
  const byValue = new Map(
    figures.toSorted((a, b) => a.strength - b.strength).map((figure) => [figure.value, figure]),
  );
  return [...byValue.values()].toSorted((a, b) => b.strength - a.strength).slice(0, TRIED_MAX);
};

const isPositive = ({ value }: Figure) => compareAmounts(value, '0') > 0;

const unique = (values: string[]) => [...new Set(values)];

/** Net, tax and what is rounded away, when they add up to a total. */
const parts = (total: string, { nets, taxes, figures }: Sums): { net: Figure; tax: Figure } | null => {
  const roundings = ['0', ...withRole(figures, 'rounding').map(({ value }) => value)].filter((value) =>
    amountsAgree(value, '0', ROUNDING_MAX),
  );
  for (const net of nets) {
    for (const tax of taxes) {
      if (compareAmounts(tax.value, '0') === 0 || net.value === tax.value) continue;
      const fits = roundings.some((rounding) =>
        amountsAgree(addAmounts(net.value, tax.value, rounding), total, CENT),
      );
      if (fits) return { net, tax };
    }
  }
  return null;
};

/** What was handed over less the change, for every pair of the page: the total of a till slip. */
const paidLessChange = (figures: Figure[]): Figure[] =>
  withRole(figures, 'paid').flatMap((paid) =>
    withRole(figures, 'change').flatMap((change): Figure[] => {
      const value = subtractAmounts(paid.value, change.value);
      return compareAmounts(value, '0') > 0
        ? [{ ...paid, role: 'total', value, strength: PAID_STRENGTH }]
        : [];
    }),
  );

/** Lines plus tax plus rounding, where the tax is a usual share of just these lines. */
const linesPlusTax = (figures: Figure[]): Figure[] => {
  const rounding = withRole(figures, 'rounding').find(({ value }) => amountsAgree(value, '0', ROUNDING_MAX));
  return withRole(figures, 'lines').flatMap((lines) =>
    withRole(figures, 'tax').flatMap((tax): Figure[] => {
      const rate = /(\d{1,2}(?:[.,]\d)?) ?%/.exec(tax.segment.folded)?.[1] ?? tax.rate;
      if (!rate || !isPositive(tax)) return [];
      const share = multiplyAmounts(lines.value, multiplyAmounts(rate.replace(',', '.'), '0.01'));
      const value = addAmounts(lines.value, tax.value, rounding?.value ?? '0');
      return amountsAgree(share, tax.value, CENT)
        ? [{ ...tax, role: 'total', value, strength: PAID_STRENGTH }]
        : [];
    }),
  );
};

/** Net plus tax, whichever of them recognition damaged: no tax is more than a third of its net. */
const netPlusTax = (figures: Figure[]): Figure[] =>
  withRole(figures, 'net').flatMap((net) =>
    withRole(figures, 'tax').flatMap((tax): Figure[] => {
      const usual = isPositive(tax) && compareAmounts(multiplyAmounts(tax.value, '3'), net.value) <= 0;
      const value = addAmounts(net.value, tax.value);
      return usual && net.strength >= 0.8 ? [{ ...tax, role: 'total', value, strength: PAID_STRENGTH }] : [];
    }),
  );

const prepaidAgrees = (total: string, figures: Figure[]): boolean =>
  withRole(figures, 'paid').some(
    ({ value }) =>
      compareAmounts(value, '0') > 0 &&
      withRole(figures, 'due').some((due) => amountsAgree(addAmounts(due.value, value), total, CENT)),
  );

/** A total rounded to coins stands close to the sum it was rounded from. */
const isRounding = (value: string, figures: Figure[]): boolean =>
  withRole(figures, 'total', 'lines', 'net', 'due').some((other) =>
    amountsAgree(other.value, value, ROUNDING_MAX),
  );

const labelStrength = (value: string, figures: Figure[]): number => {
  const same = figures.filter((figure) => figure.value === value);
  return Math.max(
    0,
    ...withRole(same, 'total').map(({ strength }) => strength),
    ...withRole(same, 'rounded').map(() => (isRounding(value, figures) ? 1 : 0.25)),
    ...withRole(same, 'due').map(({ strength }) => 0.7 * strength),
    // Where no tax is added, the sum of the lines is what they cost.
    ...withRole(same, 'lines').map(() => (withRole(figures, 'tax').some(isPositive) ? 0 : 0.2)),
    // `Net total` is what is left to pay on some till slips.
    ...withRole(same, 'net').map(({ strength }) => (strength <= 0.5 ? 0.5 : 0)),
  );
};

const totalScore = (value: string, sums: Sums): { score: number; proved: boolean } => {
  const { figures } = sums;
  const same = figures.filter((figure) => figure.value === value);
  const adds = parts(value, sums) !== null;
  const paid =
    sums.led.some((each) => amountsAgree(each.value, value, CENT)) || prepaidAgrees(value, figures);
  const rivals = withRole(figures, 'total', 'rounded', 'due', 'net', 'lines').filter(
    ({ strength }) => strength >= 0.3,
  );
  const largest = rivals.every((figure) => compareAmounts(figure.value, value) <= 0);
  // A total below the sum of the lines was misread, unless something was taken off.
  const short =
    withRole(figures, 'lines', 'net').some(
      (figure) =>
        figure.strength >= 0.85 && compareAmounts(absoluteAmount(figure.value), absoluteAmount(value)) > 0,
    ) && !adds;
  const repeats = Math.min(2, same.length - 1);
  const score =
    labelStrength(value, figures) +
    (adds ? 0.4 : 0) +
    (paid ? 0.35 : 0) +
    (largest ? 0.2 : 0) -
    (short ? 0.3 : 0) +
    0.08 * Math.max(0, repeats);
  return { score: compareAmounts(value, '0') === 0 ? score - 1 : score, proved: adds || paid };
};

const candidate = (figure: Figure, score: number, proved: boolean): Candidate => ({
  value: figure.value,
  score,
  basis: proved ? 'proved' : figure.strength >= 0.5 ? 'labelled' : 'placed',
  segment: figure.segment,
});

const readTotal = (sums: Sums): Candidate | null => {
  const pool = foremost([...withRole(sums.figures, 'total', 'rounded', 'due', 'net', 'lines'), ...sums.led]);
  const ranked = unique(pool.map(({ value }) => value))
    .map((value) => {
      const figure = pool
        .filter((each) => each.value === value)
        .toSorted((a, b) => b.strength - a.strength)[0];
      return { figure, ...totalScore(value, sums) };
    })
    .filter(({ score }) => score >= SCORE_MIN)
    .toSorted((a, b) => b.score - a.score || compareAmounts(b.figure?.value ?? '0', a.figure?.value ?? '0'));
  const [best] = ranked;
  return best?.figure ? candidate(best.figure, best.score, best.proved) : null;
};

const strongest = (figures: Figure[], fits: (figure: Figure) => boolean): Candidate | null => {
  const [best] = figures.filter(fits).toSorted((a, b) => b.strength - a.strength);
  // A column heading alone says it of every line.
  return best && best.strength >= 0.65 ? candidate(best, best.strength, false) : null;
};

const sumOf = (rows: TaxRow[], pick: (row: TaxRow) => string, role: TotalRole): Figure[] => {
  const [first] = rows;
  return first ? [{ role, strength: 0.8, value: sumAmounts(rows.map(pick)), segment: first.segment }] : [];
};

/** The sums of an invoice or a receipt, by label, place and arithmetic. */
export const readTotals = (sheet: Sheet, mark: DecimalMark): PageTotals => {
  const figures = figuresOf(sheet, mark);
  const taxes = taxRowsOf(sheet, mark);
  const sums: Sums = {
    figures,
    nets: foremost([
      ...withRole(figures, 'net', 'lines', 'total').filter(({ value }) => compareAmounts(value, '0') !== 0),
      ...sumOf(taxes, ({ basis }) => basis, 'net'),
    ]),
    led: foremost([...paidLessChange(figures), ...linesPlusTax(figures), ...netPlusTax(figures)]),
    taxes: foremost([...withRole(figures, 'tax'), ...sumOf(taxes, ({ amount }) => amount, 'tax')]),
  };
  const total = readTotal(sums);
  if (!total) return { lines: null, net: null, tax: null, total: null, prepaid: null, due: null, taxes };

  const proof = parts(total.value, sums);
  const notAbove = ({ value }: Figure) => compareAmounts(value, total.value) <= 0;
  const paid = withRole(figures, 'paid');
  const dues = withRole(figures, 'due');
  const due = strongest(dues, notAbove);
  const prepaid = strongest(
    paid,
    ({ value }) => due !== null && amountsAgree(addAmounts(due.value, value), total.value, CENT),
  );
  return {
    lines: strongest(withRole(figures, 'lines'), notAbove),
    net: proof ? candidate(proof.net, 1, true) : strongest(withRole(figures, 'net'), notAbove),
    tax: proof ? candidate(proof.tax, 1, true) : strongest(withRole(figures, 'tax'), notAbove),
    total,
    prepaid,
    due,
    taxes,
  };
};

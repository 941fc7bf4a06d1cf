import { addAmounts, amountsAgree, compareAmounts, subtractAmounts } from '../../../domain/money.ts';
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
const ROUNDING_MAX = '0.05';

interface Sums {
  figures: Figure[];
  /** Values that may be the net amount or the tax, as labels say. */
  nets: Figure[];
  taxes: Figure[];
}

const withRole = (figures: Figure[], ...roles: TotalRole[]) =>
  figures.filter(({ role }) => roles.includes(role));

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

/** Handed over less change, or total less prepayment: other sums of the page that lead to the same. */
const paidAgrees = (total: string, figures: Figure[]): boolean => {
  const paid = withRole(figures, 'paid');
  const afterwards = withRole(figures, 'change', 'due');
  return paid.some(({ value }) => {
    if (compareAmounts(value, '0') === 0) return false;
    return afterwards.some(
      (after) =>
        compareAmounts(after.value, '0') !== 0 &&
        amountsAgree(total, subtractAmounts(value, after.value), CENT),
    );
  });
};

const prepaidAgrees = (total: string, figures: Figure[]): boolean =>
  withRole(figures, 'paid').some(
    ({ value }) =>
      compareAmounts(value, '0') > 0 &&
      withRole(figures, 'due').some((due) => amountsAgree(addAmounts(due.value, value), total, CENT)),
  );

const totalScore = (value: string, sums: Sums): { score: number; proved: boolean } => {
  const { figures } = sums;
  const named = withRole(figures, 'total').filter((figure) => figure.value === value);
  const dueFor = withRole(figures, 'due').filter((figure) => figure.value === value);
  const netTotal = withRole(figures, 'net').filter(
    (figure) => figure.value === value && figure.strength <= 0.5,
  );
  const label = Math.max(
    0,
    ...named.map(({ strength }) => strength),
    ...dueFor.map(() => 0.7),
    ...netTotal.map(() => 0.5),
  );
  const adds = parts(value, sums) !== null;
  const paid = paidAgrees(value, figures) || prepaidAgrees(value, figures);
  const largest = [...withRole(figures, 'total', 'due', 'net', 'lines')].every(
    (figure) => compareAmounts(figure.value, value) <= 0 || figure.strength < 0.3,
  );
  const repeats = Math.min(2, named.length + dueFor.length - 1);
  const score =
    label + (adds ? 0.4 : 0) + (paid ? 0.3 : 0) + (largest ? 0.2 : 0) + 0.08 * Math.max(0, repeats);
  return { score: compareAmounts(value, '0') === 0 ? score - 1 : score, proved: adds || paid };
};

const candidate = (figure: Figure, score: number, proved: boolean): Candidate => ({
  value: figure.value,
  score,
  basis: proved ? 'proved' : figure.strength >= 0.5 ? 'labelled' : 'placed',
  segment: figure.segment,
});

const readTotal = (sums: Sums): Candidate | null => {
  const pool = withRole(sums.figures, 'total', 'due', 'net', 'lines');
  const ranked = unique(pool.map(({ value }) => value))
    .map((value) => {
      const figure = pool
        .filter((each) => each.value === value)
        .toSorted((a, b) => b.strength - a.strength)[0];
      return { figure, ...totalScore(value, sums) };
    })
    .filter(({ score }) => score >= 0.3)
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
  return first ? [{ role, strength: 0.8, value: addAmounts(...rows.map(pick)), segment: first.segment }] : [];
};

/** The sums of an invoice or a receipt, by label, place and arithmetic. */
export const readTotals = (sheet: Sheet, mark: DecimalMark): PageTotals => {
  const figures = figuresOf(sheet, mark);
  const taxes = taxRowsOf(sheet, mark);
  const sums: Sums = {
    figures,
    nets: [
      ...withRole(figures, 'net', 'lines', 'none', 'total'),
      ...sumOf(taxes, ({ basis }) => basis, 'net'),
    ],
    taxes: [...withRole(figures, 'tax'), ...sumOf(taxes, ({ amount }) => amount, 'tax')],
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

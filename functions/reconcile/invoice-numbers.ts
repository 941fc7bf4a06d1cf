import type { Bill } from './payment-records.ts';

/** How much of an invoice number a label shows, from all of it to a few digits that may be chance. */
export type NumberHit = 'whole' | 'digits' | 'tail' | 'short' | 'scrap';

const STRENGTH: Record<NumberHit, number> = { whole: 5, digits: 4, tail: 3, short: 2, scrap: 1 };

export const strongerHit = (left: NumberHit | null, right: NumberHit | null): NumberHit | null =>
  !left ? right : !right ? left : STRENGTH[left] >= STRENGTH[right] ? left : right;

/** A hit that names one invoice by itself; the few digits of the others only help where the party is known. */
export const isStrongHit = (hit: NumberHit | null): hit is 'whole' | 'digits' | 'tail' =>
  hit === 'whole' || hit === 'digits' || hit === 'tail';

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase();
const unpadded = (run: string) => run.replace(/^0+(?=\d)/, '');
const isYear = (run: string) => /^(19|20)\d\d$/.test(run);

/** Every form in which a number may stand in a label, with what finding that form is worth. */
export const numberForms = (number: string): Map<string, NumberHit> => {
  const forms = new Map<string, NumberHit>();
  const add = (form: string, hit: NumberHit) => {
    const known = forms.get(form) ?? null;
    forms.set(form, strongerHit(known, hit) ?? hit);
  };
  const compact = fold(number).replace(/[^A-Z0-9]+/g, '');
  const runs = compact.length === 0 ? [] : (fold(number).match(/\d+/g) ?? []);
  const digits = runs.join('');
  // `2026-03` is a month more often than a number.
  const vague = runs.filter((run) => !isYear(run)).join('').length <= 2;
  const byDigits = (hit: NumberHit) => (vague ? 'short' : hit);
  const lettered = /[A-Z]/.test(compact);
  if (compact.length >= 5 && digits.length >= 2) {
    const hit = digits.length >= 4 ? 'whole' : 'tail';
    add(compact, lettered ? hit : byDigits(hit));
  }
  if (compact.length === 4 && digits.length === 3) add(compact, 'short');
  if (digits.length >= 5) add(digits, byDigits(runs.length > 1 || digits.length >= 6 ? 'digits' : 'tail'));
  if (runs.length > 1) {
    const bare = runs.map(unpadded);
    if (bare.join('').length >= 5) {
      add(bare.join('-'), byDigits('digits'));
      add(bare.join(''), byDigits('tail'));
    }
  }
  const last = runs.at(-1) ?? '';
  const bareLast = unpadded(last);
  if (last.length >= 5) add(last, 'tail');
  if (bareLast.length >= 5) add(bareLast, 'tail');
  for (const run of [last, bareLast]) {
    if (run.length === 4 && !isYear(run)) add(run, 'short');
    if (run.length === 3) add(run, 'scrap');
  }
  return forms;
};

/** What a folded number without separators looks like (`F99999`); null when dates and bank references do too. */
const shapeOf = (compact: string): string | null => {
  const telling = compact.length >= 5 && (/[A-Z]/.test(compact) || compact.length >= 9);
  return telling && /\d{3}/.test(compact) ? compact.replace(/\d/g, '9') : null;
};

export const numberShape = (number: string): string | null =>
  shapeOf(fold(number).replace(/[^A-Z0-9]+/g, ''));

/** The shapes among the forms of a label. */
export const shapesOf = (forms: ReadonlySet<string>): Set<string> => {
  const shapes = new Set<string>();
  for (const form of forms) {
    const shape = shapeOf(form);
    if (shape !== null) shapes.add(shape);
  }
  return shapes;
};

const JOINED_MAX = 5;
const FORM_MAX = 40;

/** The texts of a label that could be one of those forms: words and digit runs, alone and joined with neighbours. */
export const labelForms = (label: string): Set<string> => {
  const forms = new Set<string>();
  const folded = fold(label);
  const words = folded.match(/[A-Z0-9]+/g) ?? [];
  words.forEach((_, start) => {
    let joined = '';
    for (const word of words.slice(start, start + JOINED_MAX)) {
      joined += word;
      if (joined.length > FORM_MAX) break;
      if (/\d/.test(joined)) forms.add(joined);
    }
  });
  // Letters glued to the number (`REFF2024-0012`) hide it from the words above; digit runs still show it.
  const runs = [...folded.matchAll(/\d+/g)].map((match) => ({ text: match[0], start: match.index }));
  runs.forEach((run, start) => {
    let end = run.start;
    const chain: string[] = [];
    for (const next of runs.slice(start, start + JOINED_MAX)) {
      if (chain.length > 0 && next.start - end > 3) break;
      chain.push(next.text);
      end = next.start + next.text.length;
      forms.add(chain.join(''));
      if (chain.length > 1) {
        const bare = chain.map(unpadded);
        forms.add(bare.join('-'));
      } else forms.add(unpadded(next.text));
    }
  });
  return forms;
};

/** Finds the invoices whose numbers a label shows. */
export interface NumberIndex {
  hits(forms: ReadonlySet<string>): Map<Bill, NumberHit>;
}

/** A form that many invoices share (`2024001` at every small supplier) points at none of them. */
const SHARED_MAX = 60;

export const indexNumbers = (bills: readonly Bill[]): NumberIndex => {
  const index = new Map<string, { bill: Bill; hit: NumberHit }[]>();
  for (const bill of bills) {
    for (const [form, hit] of numberForms(bill.source.number ?? '')) {
      const entries = index.get(form);
      if (entries) entries.push({ bill, hit });
      else index.set(form, [{ bill, hit }]);
    }
  }
  return {
    hits(forms) {
      const found = new Map<Bill, NumberHit>();
      for (const form of forms) {
        const entries = index.get(form) ?? [];
        if (entries.length > SHARED_MAX) continue;
        for (const { bill, hit } of entries)
          found.set(bill, strongerHit(found.get(bill) ?? null, hit) ?? hit);
      }
      return found;
    },
  };
};

import { type Candidate, choose } from './choose.ts';
import { findDates } from './dates.ts';
import { spotsNear } from './near.ts';
import type { Sheet } from './sheet.ts';

const TITLE =
  '(?:[a-z-]*rechnung|invoice|inv|facture|factuur|fattura|factura|gutschrift|credit note|avoir|creditnota|creditfactuur|nota di credito|nota de credito|abono)';
const NUMBER = '(?:number|num|nummer|numero|nr|no|n°|nº|n|id|#)';

// From the surest label to the vaguest. A label ends where its number may begin.
const LABELS: [RegExp, number][] = [
  [new RegExp(`\\b${TITLE}s?[ -]*${NUMBER}\\b\\.?(?![a-z])`), 1],
  [new RegExp(`\\b${NUMBER}\\.? (?:de |der |di |du |of )?(?:la |the )?${TITLE}\\b`), 1],
  [new RegExp(`\\b${TITLE}s?(?: ?/ ?[a-z]+)? ?[#№°]`), 1],
  [new RegExp(`\\b${TITLE}(?: ?\\([^)]{1,40}\\)){0,2},? ${NUMBER}\\b\\.?`), 1],
  [/\b(?:n°|nº|numero) (?:de )?(?:piece|document|documento)\b/, 0.85],
  [
    /\b(?:beleg|dokument|document|doc|bill|receipt|slip|bon|ticket)(?:s?[ -]*(?:nummer|number|nr|no|num|n°|#)\b\.?|\s?#)/,
    0.8,
  ],
  [new RegExp(`^(?:[a-z]+ )?${TITLE}\\b`), 0.6],
  [/^(?:no|nr|n°|cb)\b ?[.#:]/, 0.4],
];

const STOP = /^(?:vom|du|dated?|issued|of|from|le|van|del|seite|page|datum|date)$/i;
const TOKEN = /^[#:]*\s*([\p{L}\p{N}][\p{L}\p{N}_./\\-]*)/u;

/** The number at the start of a text: a word with a digit, or the second of two like `CS 23304`. */
const numberIn = (text: string): string | null => {
  const first = TOKEN.exec(text)?.[1]?.replace(/[.,/:-]+$/, '');
  if (!first || STOP.test(first)) return null;
  if (/\d/.test(first)) return plausible(first, text) ? first : null;
  const next = /^[#:]*\s*[A-Z]{1,4}\s+(\d[\w./-]*)/.exec(text)?.[1];
  return next ? `${first} ${next}` : null;
};

// Numbers of something else that stand where an invoice number may stand.
const plausible = (number: string, text: string) =>
  number.length <= 40 &&
  !/^\d{1,2}$/.test(number) &&
  !/^\d+[.,]\d{2}$/.test(number) &&
  findDates(text, 'day-first')[0]?.index !== 0 &&
  !/^(?:19|20)\d\d$/.test(number);

const OF_OTHERS =
  /kunden|customer|client|klant|cliente|bestell|order|commande|auftrag|liefer|vat|ust|tva|btw|steuer|tax id|page|seite/;

/** The invoice's own number. */
export const readInvoiceNumber = (sheet: Sheet): Candidate | null => {
  const candidates = LABELS.flatMap(([label, weight]) =>
    spotsNear(sheet, label, { right: 2, below: 2 }).flatMap((spot): Candidate[] => {
      const value = numberIn(spot.text);
      if (!value) return [];
      const before = spot.label.folded.slice(0, label.exec(spot.label.folded)?.index);
      const foreign =
        OF_OTHERS.test(before) || (spot.where !== 'same' && OF_OTHERS.test(spot.segment.folded));
      const distance =
        spot.where === 'same' ? 0 : spot.where === 'right' ? 0.02 + 0.1 * (spot.steps - 1) : 0.1 * spot.steps;
      // A label further down repeats or quotes; the head of the first page is where the number belongs.
      const depth = 0.1 * Math.min(1, spot.label.row / 60);
      return [
        {
          value,
          score: weight - distance - depth - (foreign ? 0.5 : 0),
          basis: 'labelled',
          segment: spot.segment,
        },
      ];
    }),
  );
  return choose(
    candidates.filter(({ score }) => score > 0.2),
    0.01,
  );
};

import { type Candidate, choose } from './choose.ts';
import { type DateOrder, findDates } from './dates.ts';
import { spotsNear } from './near.ts';
import type { Sheet } from './sheet.ts';

const ISSUE: [RegExp, number][] = [
  [
    /\b(?:invoice|billing|bill|issue|tax point|credit note) ?(?:date|dt)\b|\bdate (?:of )?(?:issue|invoice|the invoice)\b|\bissued (?:at|on)\b/,
    1,
  ],
  [/\b(?:rechnungs?|beleg|ausstellungs|fatturierungs)-? ?(?:datum|date)\b|\bdatum der rechnung\b/, 1],
  [/\bdate (?:de |d')?(?:la )?(?:facture|facturation|emission)\b|\bfacture du\b|\bemise? le\b/, 1],
  [/\b(?:factuur|facturatie)datum\b|\bdatum factuur\b/, 1],
  [
    /\bdata (?:della )?(?:fattura|documento|emissione)\b|\bfecha (?:de )?(?:la )?(?:factura|emision|expedicion)\b/,
    1,
  ],
  [/\b(?:nr|no|n°|nummer|number|numero)\b.{1,40}\b(?:vom|du|of|dated|van|del)\b/, 0.95],
  [/\b(?:bizdate|printed|transaction date)\b/, 0.7],
  [/(?<![a-z]-?)(?:date|datum|data|fecha)\b(?! ?[a-z])/, 0.75],
  [/^(?:le|am|den|on)\b/, 0.6],
];

const DUE: [RegExp, number][] = [
  [
    /\bdue (?:date|on|by)\b|\bpayment due\b|\bpay(?:able)? (?:by|before|until)\b|\bdate due\b|\b(?:remit|pay) until\b/,
    1,
  ],
  [
    /\bfallig(?:keit)?(?:sdatum|stag)?(?: am| bis)?\b|\bzahlungsziel\b|\bzahlbar bis\b|\bnetto bis\b|\bbis (?:zum|spatestens)\b/,
    1,
  ],
  [/\b(?:date d'? ?)?echeance\b|\ba payer avant\b|\bpayable (?:le|avant)\b|\bdate limite\b/, 1],
  [/\bverval(?:datum|dag)\b|\bbetalen (?:voor|binnen)\b|\buiterlijk\b/, 1],
  [/\bscadenza\b|\bda pagare entro\b|\bvencimiento\b/, 1],
];

const OTHER =
  /order|bestell|auftrag|commande|ordine|pedido|liefer|leistung|deliver|livraison|lever|consegna|entrega|period|zeitraum|vertrag|contract|geburt|birth|stand\b|valid|gultig|abzug|skonto|ship|expir|due|fallig|echeance|verval|scaden|vencim|print|version/;

type Kind = 'issue' | 'due';

const candidatesOf = (sheet: Sheet, labels: [RegExp, number][], kind: Kind, order: DateOrder): Candidate[] =>
  labels.flatMap(([label, weight]) =>
    spotsNear(sheet, label, { right: 2, below: 3 }).flatMap((spot): Candidate[] => {
      const [date] = findDates(spot.text, order, spot.segment.source === 'ocr');
      if (!date || (spot.where !== 'same' && date.index > 12)) return [];
      const match = label.exec(spot.label.folded);
      const before = spot.label.folded.slice(0, match?.index);
      const foreign = kind === 'issue' && weight < 0.9 && OTHER.test(before);
      const distance = spot.where === 'right' ? 0.02 * spot.steps : 0.06 * spot.steps;
      const depth = 0.1 * Math.min(1, spot.label.row / 80) + Math.min(0.1, date.index / 400);
      const score = weight - distance - depth - (foreign ? 0.6 : 0);
      return [{ value: date.value, score, basis: 'labelled', segment: spot.segment }];
    }),
  );

/** Dates without a label of their own: the first one of the document is most often the day of issue. */
const unlabelled = (sheet: Sheet, order: DateOrder): Candidate[] =>
  sheet.rows.flat().flatMap((segment) =>
    findDates(segment.text, order, segment.source === 'ocr').map(({ value, index }): Candidate => {
      const before = `${sheet.rows[segment.row]?.[segment.column - 1]?.folded ?? ''} ${segment.folded.slice(0, index)}`;
      const score = 0.4 - 0.2 * Math.min(1, segment.row / 80) - (OTHER.test(before) ? 0.2 : 0);
      return { value, score, basis: 'placed', segment };
    }),
  );

/** Days of issue and of payment, each null when the page does not tell. */
export const readDates = (
  sheet: Sheet,
  order: DateOrder,
): { issue: Candidate | null; due: Candidate | null } => {
  const labelled = candidatesOf(sheet, ISSUE, 'issue', order).filter(({ score }) => score > 0.3);
  const issue = choose(labelled, 0.001) ?? choose([...labelled, ...unlabelled(sheet, order)], 0);
  const due = choose(
    candidatesOf(sheet, DUE, 'due', order).filter(({ value }) => !issue || value >= issue.value),
    0.001,
  );
  return { issue, due };
};

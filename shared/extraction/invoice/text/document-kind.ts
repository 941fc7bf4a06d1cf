import type { Segment, Sheet } from './sheet.ts';

/** What the page says it is. `code` is UNTDID 1001; `other` names what is no invoice. */
export interface DocumentKind {
  code: string;
  other: string | null;
  segment: Segment | null;
}

const INVOICE =
  /\b(?:[a-z-]*rechnung(?:en|s(?:nummer|nr|datum|betrag)?)?|(?:tax |retail |commercial )?invoices?|factur[ea]s?|factuur[a-z]*|fattura|gutschrift|credit ?note|avoir|creditnota|receipt|kassenbon|quittung|ticket de caisse|bon de caisse|kassabon|scontrino|ricevuta|recibo|cash (?:bill|sales?)|bill(?: no)?|quittance)\b(?! (?:address|adress|to\b|recipient))/;

const OTHERS: [RegExp, string][] = [
  [/^(?:purchase order|order confirmation|sales order|order acknowledge?ment)\b/, 'an order'],
  [
    /^(?:auftragsbestatigung|bestellung|bestellschein|bon de commande|confirmation de commande|opdrachtbevestiging|orderbevestiging|bestelbon|inkooporder|conferma d'ordine|ordine d'acquisto|pedido|confirmacion de pedido)\b/,
    'an order',
  ],
  [
    /^(?:delivery note|packing (?:slip|list)|dispatch note|lieferschein|bon de livraison|pakbon|leveringsbon|leverbon|documento di trasporto|bolla di consegna|albaran)\b/,
    'a delivery note',
  ],
  [
    /^(?:(?:bank |account )?statement(?: of account)?|kontoauszug|releve (?:de compte|bancaire)|rekeningafschrift|rekeningoverzicht|estratto conto|extracto (?:de cuenta|bancario)|account summary)\b/,
    'a statement',
  ],
  [
    /^(?:quote|quotation|estimate|offer|angebot|kostenvoranschlag|devis|offerte|prijsopgave|preventivo|presupuesto|oferta)\b/,
    'a quote',
  ],
  [
    /^(?:payment reminder|reminder|mahnung|zahlungserinnerung|relance|aanmaning|betalingsherinnering|sollecito)\b/,
    'a reminder',
  ],
];

const CODES: [RegExp, string][] = [
  [/\bself-?billed\b|\bselbst ?ausgestellte|\bautofacturation|\bself billing/, '389'],
  [
    /\bcorrected invoice\b|\brechnungskorrektur\b|\bkorrekturrechnung\b|\bfacture rectificative\b|\bfactura rectificativa\b/,
    '384',
  ],
  [
    /\bcredit ?note\b|\bstornorechnung\b|\bavoir\b|\bcredit(?:nota|factuur)\b|\bnota di credito\b|\bfactura de abono\b|\bnota de credito\b|^gutschrift\b|\bcredit memo\b/,
    '381',
  ],
  [/\bpro-? ?forma\b/, '325'],
  [
    /\babschlagsrechnung\b|\banzahlungsrechnung\b|\bprepayment invoice\b|\bfacture d'acompte\b|\bvoorschotfactuur\b/,
    '386',
  ],
];

const HEAD_ROWS = 40;
const TITLE_WORDS = 9;

const isTitle = ({ text }: Segment) => text.split(/\s+/).length <= TITLE_WORDS;

/** The rest of a title after its words: nothing, or a number. */
const TITLE_REST = /^[\s:.-]*(?:(?:nr|no|n°|number|nummer|numero|#)\b[\s.:]*)?#?\s*(?:\S*\d\S*)?$/;

const otherTitle = (titles: Segment[]): { other: string; segment: Segment } | null => {
  for (const segment of titles) {
    const title = segment.folded.trim();
    for (const [pattern, other] of OTHERS) {
      const match = pattern.exec(title);
      if (match && TITLE_REST.test(title.slice(match[0].length))) return { other, segment };
    }
  }
  return null;
};

const heightOf = ({ y, bottom }: Segment) => bottom - y;

/**
 * Reads the title. An invoice names its order and delivery note, and a statement names invoices: where both stand, the
 * larger print is the title. A printed code such as `(389)` beside the word for invoice decides over words.
 */
export const readKind = (sheet: Sheet): DocumentKind => {
  const head = sheet.rows.slice(0, HEAD_ROWS).flat();
  const invoices = sheet.rows.flat().filter(({ folded }) => INVOICE.test(folded));
  const title = otherTitle(head.filter(isTitle));
  if (title && invoices.every((segment) => heightOf(segment) < heightOf(title.segment) * 0.9)) {
    return { code: '', ...title };
  }
  const heading = head.filter(
    ({ folded }) => INVOICE.test(folded) || CODES.some(([words]) => words.test(folded)),
  );
  const printed = heading.find(({ text }) => /\((3[0-9]{2}|751)\)/.test(text));
  if (printed) return { code: /\((\d{3})\)/.exec(printed.text)?.[1] ?? '380', other: null, segment: printed };
  for (const [words, code] of CODES) {
    const named = heading.find((segment) => isTitle(segment) && words.test(segment.folded.trim()));
    if (named) return { code, other: null, segment: named };
  }
  return { code: '380', other: null, segment: invoices[0] ?? null };
};

/** True when the document calls itself an invoice or a receipt in one of the six languages. */
export const looksLikeInvoice = (sheet: Sheet): boolean => INVOICE.test(sheet.folded);

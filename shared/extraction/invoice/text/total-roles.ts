/**
 * What the label of an amount says it is, in six languages. `rounded` is a total after rounding to coins, `lines`
 * the sum before tax and charges, `due` what is
 * left to pay, `paid` what was paid before or handed over, `none` a sum of something else.
 */
export type TotalRole =
  | 'total'
  | 'rounded'
  | 'net'
  | 'lines'
  | 'tax'
  | 'due'
  | 'paid'
  | 'change'
  | 'rounding'
  | 'none';

export interface RoleOfLabel {
  role: TotalRole;
  /** 0–1: how much the label alone says. */
  strength: number;
}

const TAX =
  '(?:tva|mwst|m wst|ust|u st|umsatzsteuer|mehrwertsteuer|vat|btw|iva|igic|gst|sst|moms|tax(?:es)?|steuer|taxe)';
const TOTAL =
  '(?:total|totaal|totale|summe|gesamt[a-z]*|somme|sum|importe|amount|betrag|montant|bedrag|sales|rechnungssumme|importo)';
const BEFORE_TAX =
  '(?:ht|h\\.t|hors tax[a-z]*|netto|ohne|exc[a-z]*|exkl[a-z]*|before|sin|senza|netti|imponibile|base|taxable)';
const WITH_TAX = '(?:ttc|t\\.t\\.c|incl[a-z]*|inkl[a-z]*|brutto|compris[a-z]*|con|including|ivato)';

// In order: the first that matches decides. Traps come before what they look like.
const RULES: [RegExp, TotalRole, number][] = [
  [/\b(?:qty|quantit|menge|aantal|items?\b|articles?\b|artikel|pcs|stuck|points?|punkte)/, 'none', 1],
  [
    /\b(?:zuschlag|abschlag|discount|disc\b|rabatt|remise|korting|sconto|descuento|skonto|saving|allowance|charges? total|escompte|capital|stammkapital)/,
    'none',
    1,
  ],
  [new RegExp(`\\bround.{0,12}\\b${TOTAL}\\b|\\b${TOTAL}\\b.{0,12}\\bround`), 'rounded', 1],
  [
    /\bro[a-z ]{2,6}ing\b|\badj(?:ustment)?\b|\brundung|\barrondi|\bafronding|\barrotond|\bredondeo/,
    'rounding',
    1,
  ],
  [/\b(?:change|wechselgeld|ruckgeld|wisselgeld|rendu|monnaie|cambio|resto)\b/, 'change', 1],
  [
    new RegExp(
      `\\btotal includes\\b|\\bincludes .*\\b${TAX}\\b|\\benthalt|\\bdont ${TAX}|\\bdarin ${TAX}|\\bwaarvan ${TAX}`,
    ),
    'tax',
    0.8,
  ],
  [
    /\b(?:offen|restbetrag|solde|reste a payer|net a payer|balance|outstanding|openstaand|saldo|da pagare|a pagar|te betalen|te voldoen|zahlbetrag|zu zahlen|zahlender|due payable|due\b)/,
    'due',
    1,
  ],
  [/\bpayable\b|\bto pay\b/, 'due', 1],
  [
    /\b(?:anzahlung|bereits|acompte|prepaid|deposit|already|aanbetaling|vooruitbetaald|acconto|anticipo|paye|paid|payment|received|receipt amount|tender(?:ed)?|gegeben|bar\b|cash\b|contant|espece|contanti|efectivo|card|karte|carte|visa|mastercard|virement|reglement|regle)/,
    'paid',
    1,
  ],
  [
    new RegExp(
      `\\b${TOTAL}\\b.{0,25}\\b${WITH_TAX}\\b|\\b${WITH_TAX}\\b.{0,12}\\b${TOTAL}\\b|\\bttc\\b|\\bprijs incl`,
    ),
    'total',
    1,
  ],
  [
    /\b(?:sub ?-?total|subtotaal|sous ?-?total|zwischensumme|positionssumme|subtotale|warenwert|suma parcial)/,
    'lines',
    0.9,
  ],
  [
    new RegExp(`\\b${TOTAL}\\b.{0,25}\\b${BEFORE_TAX}\\b|\\b${BEFORE_TAX}\\b.{0,20}(?:${TOTAL}|${TAX})\\b`),
    'net',
    1,
  ],
  [
    /\bnet(?:to)?[ -]?(?:betrag|wert|summe|amount|sum|bedrag|preis)|\bimponibile|\bbase imponible|\btotal ht\b|\bht\b|\bwarenwert/,
    'net',
    0.9,
  ],
  [/\bnet(?:to)? ?total/, 'net', 0.5],
  [
    new RegExp(
      `\\b(?:total|summe|montant|totaal|totale|amount|betrag)\\b.{0,8}\\b${TAX}|\\b${TAX}\\b.{0,8}(?:total|amount|betrag|montant|payable)\\b|\\bsteuerbetrag|\\b(?:mwst|ust)-betrag`,
    ),
    'tax',
    1,
  ],
  [
    new RegExp(`(?<!inkl\\. |incl\\. )\\b${TAX}(?![a-z])(?!.{0,4}(?:id|no\\b|nr|reg|number|invoice))`),
    'tax',
    0.8,
  ],
  [
    /\bgrand ?total|\binvoice (?:total|amount)|\btotal (?:for )?(?:this )?(?:invoice|facture|factura|fattura)|\btotal general|\bamount payable/,
    'total',
    1,
  ],
  [
    /\b(?:gesamt|end|rechnungs|rechnungsend|brutto)-?(?:betrag|summe|preis)|\beindtotaal|\btotaalbedrag|\bfactuurbedrag|\bimporte total|\bimporto totale/,
    'total',
    1,
  ],
  [/\btotals?\b|\btotaal\b|\btotale\b|\bsumme\b|\bgesamt\b|\bsomme\b|^t l$/, 'total', 0.6],
];

/** The role a folded label names; null when it names none. */
export const roleOfLabel = (folded: string): RoleOfLabel | null => {
  const label = folded.replace(/\s+/g, ' ');
  const rule = RULES.find(([pattern]) => pattern.test(label));
  return rule ? { role: rule[1], strength: rule[2] } : null;
};

/** A heading of the tax breakdown, below which a bare `total` is not the invoice's. */
export const isTaxSummary = (folded: string): boolean =>
  new RegExp(
    `\\b${TAX}[a-z]* ?-?(?:summary|analysis|breakdown|aufschlusselung|recap|specificatie|code|overzicht|riepilogo)`,
  ).test(folded);

/** True when the text names a value-added or sales tax. */
export const namesTax = (folded: string): boolean => new RegExp(`\\b${TAX}(?![a-z])`).test(folded);

const CLOSING: TotalRole[] = ['total', 'rounded', 'net', 'due'];
const ASIDE: TotalRole[] = ['lines', 'tax', 'paid', 'change'];

/** True when the folded texts hold the label of a total, or two kinds of sums that stand around one. */
export const namesSums = (labels: string[]): boolean => {
  const roles = new Set(labels.filter((label) => label.length < 60).map((label) => roleOfLabel(label)?.role));
  return CLOSING.some((role) => roles.has(role)) || ASIDE.filter((role) => roles.has(role)).length >= 2;
};

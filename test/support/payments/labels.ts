import type { TestCompany } from './companies.ts';
import type { Random } from './random.ts';

/** What a payer makes of an invoice number. */
export const quoteNumber = (random: Random, number: string): string => {
  const kind = random.weighted({
    whole: 50,
    joined: 12,
    spaced: 10,
    digits: 10,
    bare: 6,
    tail: 8,
    slip: 3,
    lower: 4,
  });
  const runs = number.match(/\d+/g) ?? [number];
  switch (kind) {
    case 'whole':
      return number;
    case 'joined':
      return number.replace(/[^a-z0-9]/gi, '');
    case 'spaced':
      return number.replace(/[^a-z0-9]+/gi, ' ');
    case 'digits':
      return runs.join('');
    case 'bare':
      return runs.map((run) => run.replace(/^0+(?=\d)/, '')).join('-');
    case 'tail':
      return (runs.at(-1) ?? number).replace(/^0+(?=\d)/, random.chance(0.5) ? '' : '$&');
    case 'slip': {
      const at = random.int(0, number.length - 1);
      return number.slice(0, at) + String(random.int(0, 9)) + number.slice(at + 1);
    }
    case 'lower':
      return number.toLowerCase();
  }
};

const REFERENCE = {
  en: ['INV', 'Invoice', 'Ref', 'Payment', ''],
  fr: ['FACT', 'Facture', 'Règlement facture', 'REF', ''],
  de: ['RE', 'Rechnung', 'RG-NR', 'Rechnungsnr.', ''],
};

const INTERMEDIARIES = ['PAYPAL', 'STRIPE', 'SUMUP', 'KLARNA', 'ADYEN', 'GOCARDLESS'];
export const intermediaryName = (random: Random): string =>
  `${random.pick(INTERMEDIARIES)} ${random.pick(['EUROPE', 'PAYMENTS', 'LTD', 'SA'])}`;

const code = (random: Random, length: number) =>
  Array.from({ length }, () => random.pick('0123456789ABCDEFGHJKLMNP'.split(''))).join('');
const digits = (random: Random, length: number) => Array.from({ length }, () => random.int(0, 9)).join('');

/** A bank's line for a payment: one of the many styles, with what the payer wrote in it, at times cut short. */
export const writeLabel = (
  random: Random,
  company: TestCompany,
  reference: string,
  date: string,
  outgoing: boolean,
): string => {
  const name = company.bankName;
  const [, month = '', day = ''] = date.split('-');
  const word = random.pick(REFERENCE[company.language]);
  const remark = reference ? `${word} ${reference}`.trim() : random.chance(0.3) ? word : '';
  const who = random.chance(0.75) ? name : '';
  const style = random.weighted({
    sepa: 4,
    plain: 4,
    structured: 3,
    card: outgoing ? 2 : 0,
    debit: outgoing ? 2 : 0,
    wire: 1,
    cheque: 0.6,
    remark: 2,
  });
  const text = {
    sepa: `${company.language === 'de' ? 'SEPA-ÜBERWEISUNG' : company.language === 'fr' ? (outgoing ? 'VIR SEPA' : 'VIREMENT EN VOTRE FAVEUR') : 'SEPA CREDIT TRANSFER'} ${who} ${remark}`,
    plain: `${who} ${remark}`,
    structured: `/BENM//NAME/${name} /REMI/USTD//${remark} /EREF/${random.chance(0.5) ? 'NOTPROVIDED' : code(random, 12)}`,
    card: `${company.language === 'fr' ? 'PAIEMENT CB' : company.language === 'de' ? 'KARTENZAHLUNG' : 'CARD PURCHASE'} ${day}/${month} ${name.slice(0, 22)} ${random.chance(0.5) ? `CARTE ${digits(random, 4)}` : ''}`,
    debit: `${company.language === 'fr' ? 'PRLV SEPA' : company.language === 'de' ? 'LASTSCHRIFT' : 'DIRECT DEBIT'} ${name} ${random.chance(0.6) ? `MANDAT ${code(random, 10)}` : ''} ${remark}`,
    wire: `WIRE TRF ${digits(random, 8)} ${who} ${remark} ${random.chance(0.3) ? 'CHARGES SHA' : ''}`,
    cheque: `${company.language === 'fr' ? 'CHEQUE N°' : company.language === 'de' ? 'SCHECK' : 'CHQ'} ${digits(random, 7)}`,
    remark: remark || name,
  }[style];
  const clean = text.replace(/ +/g, ' ').trim();
  const cut = random.chance(0.18) ? random.pick([27, 35, 48, 70]) : 140;
  return (random.chance(0.4) ? clean.toUpperCase() : clean).slice(0, cut);
};

/** The same through a payment intermediary. */
export const writeIntermediaryLabel = (random: Random, company: TestCompany, reference: string): string => {
  const via = random.pick(INTERMEDIARIES);
  const name = company.bankName.toUpperCase();
  return random.pick([
    `${via} *${name.slice(0, 18)}`,
    `${via} ${code(random, 9)} ${name}`,
    `${via} PAYMENT ${code(random, 10)}`,
    `${via}*${name.replace(/[^A-Z]/g, '').slice(0, 14)} ${reference}`,
  ]);
};

/** Movements that no invoice stands behind. */
export const writeNoise = (
  random: Random,
  kind: 'salary' | 'own' | 'tax' | 'fee' | 'cash' | 'shop',
  person: string,
): string => {
  switch (kind) {
    case 'salary':
      return random.pick([
        `SALAIRE ${person}`,
        `VIR SALAIRES ${person}`,
        `GEHALT ${person}`,
        `SALARY ${person}`,
        `LOHN/GEHALT ${person}`,
        `PAYROLL ${digits(random, 6)} ${person}`,
      ]);
    case 'own':
      return random.pick([
        'VIREMENT INTERNE COMPTE COURANT',
        'UMBUCHUNG TAGESGELD',
        'INTERNAL TRANSFER',
        'TRANSFER BETWEEN ACCOUNTS',
        'VIR DE COMPTE A COMPTE',
        'Übertrag Sparkonto',
      ]);
    case 'tax':
      return random.pick([
        `URSSAF ${digits(random, 9)}`,
        `DGFIP TVA ${digits(random, 8)}`,
        `FINANZAMT UST ${digits(random, 10)}`,
        `HMRC VAT ${digits(random, 9)}`,
      ]);
    case 'fee':
      return random.pick([
        'FRAIS DE TENUE DE COMPTE',
        'KONTOFÜHRUNGSENTGELT',
        'ACCOUNT FEE',
        'COMMISSION DE MOUVEMENT',
        'INTERETS DEBITEURS',
      ]);
    case 'cash':
      return random.pick([
        `RETRAIT DAB ${digits(random, 4)}`,
        `ATM WITHDRAWAL ${digits(random, 6)}`,
        `BARGELDAUSZAHLUNG ${digits(random, 6)}`,
      ]);
    case 'shop':
      return random.pick([
        `CB ${person} ${digits(random, 4)}`,
        `CARD ${person} LONDON`,
        `KARTENZAHLUNG ${person}`,
        `VIR ${person} REF ${digits(random, 6)}`,
        `${person} ${code(random, 8)}`,
      ]);
  }
};

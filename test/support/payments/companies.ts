import type { Random } from './random.ts';

export type NumberStyle =
  | 'dashed'
  | 'slashed'
  | 'padded'
  | 'yearly'
  | 'dated'
  | 'letter'
  | 'reversed'
  | 'long'
  | 'mixed'
  | 'plain';

export interface TestCompany {
  id: string;
  name: string;
  /** How banks write the name: other forms, cut, transliterated, sometimes a trade name. */
  bankName: string;
  iban: string;
  direction: 'payable' | 'receivable';
  currency: string;
  numbers: NumberStyle;
  counter: number;
  terms: number;
  delay: number;
  spread: number;
  profile: 'subscription' | 'regular' | 'sporadic';
  fixedAmount: number;
  language: 'en' | 'fr' | 'de';
  quotesNumber: number;
  viaIntermediary: boolean;
  ibanOnInvoice: boolean;
  ibanAtBank: boolean;
  nameAtBank: boolean;
}

const STARTS =
  'al ber cor dan el far gal hel in jor kar lu mar nor or pal quin ros sal tor ul ver wal xen yor zan bri cla dre fle gri klo pla stra tri'.split(
    ' ',
  );
const MIDDLES = 'a e i o u an en in on ar er or al el is os ma na ra ta li vi ko do'.split(' ');
const ENDS =
  'ba co da fex gon ka lis max nor pex quo rix sol tec tis va vex xa zon bach dorf mont ville ham ton'.split(
    ' ',
  );
const SURNAMES =
  'Müller Schäfer Größmann Köhler Weiß Lefèvre Béranger Châtel Dupré Gérault Núñez Ibáñez Søndergård Lindström Kowalczyk Martinelli Rossetti Vandenberg Okafor Harrington Whitcombe Ashdown Pemberton Delacroix Montfort'.split(
    ' ',
  );
const FIRST_NAMES =
  'Anna Bruno Carla Denis Elise Franz Greta Hugo Ines Jonas Klara Louis Marta Nils Olga Paul'.split(' ');
const TRADES = {
  en: [
    'Consulting',
    'Services',
    'Solutions',
    'Logistics',
    'Software',
    'Media',
    'Cleaning',
    'Engineering',
    'Supplies',
    'Hosting',
    'Partners',
    'Group',
    'Design',
  ],
  fr: [
    'Conseil',
    'Services',
    'Bâtiment',
    'Transports',
    'Informatique',
    'Nettoyage',
    'Électricité',
    'Imprimerie',
    'Développement',
    'Fournitures',
    'Énergie',
  ],
  de: [
    'Beratung',
    'Bürobedarf',
    'Logistik',
    'Gebäudereinigung',
    'Softwarehaus',
    'Maschinenbau',
    'Druckerei',
    'Handel',
    'Technik',
    'Möbel',
  ],
};
const FORMS = {
  en: ['Ltd', 'Limited', 'LLC', 'Inc.', 'PLC', '', 'LLP'],
  fr: ['SARL', 'SAS', 'S.A.S.', 'SA', 'EURL', 'S.A.R.L.', '', 'SASU'],
  de: ['GmbH', 'AG', 'GmbH & Co. KG', 'UG (haftungsbeschränkt)', 'e.K.', 'OHG', ''],
};

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

const invented = (random: Random) =>
  capital(
    `${random.pick(STARTS)}${random.pick(MIDDLES)}${random.chance(0.4) ? random.pick(MIDDLES) : ''}${random.pick(ENDS)}`,
  );

const transliterated = (name: string) =>
  name.replace(/ü/g, 'ue').replace(/ö/g, 'oe').replace(/ä/g, 'ae').replace(/Ü/g, 'Ue').replace(/ß/g, 'ss');

const stripped = (name: string) =>
  name.normalize('NFD').replace(/\p{M}/gu, '').replace(/ß/g, 'ss').replace(/ø/g, 'o');

const slip = (random: Random, name: string) => {
  const at = random.int(1, Math.max(1, name.length - 2));
  const kind = random.int(0, 2);
  if (kind === 0) return name.slice(0, at) + name.slice(at + 1);
  if (kind === 1) return name.slice(0, at) + (name[at + 1] ?? '') + (name[at] ?? '') + name.slice(at + 2);
  return name.slice(0, at) + random.pick('aeinrst'.split('')) + name.slice(at + 1);
};

const asTheBankWrites = (
  random: Random,
  core: string,
  trade: string,
  form: string,
  language: TestCompany['language'],
) => {
  const otherForm = random.chance(0.3) ? random.pick(FORMS[language]) : form;
  let name = [core, random.chance(0.88) ? trade : '', random.chance(0.6) ? otherForm : '']
    .filter(Boolean)
    .join(' ');
  name = random.chance(0.5) ? transliterated(name) : stripped(name);
  if (random.chance(0.06)) name = slip(random, name);
  if (random.chance(0.6)) name = name.toUpperCase();
  if (random.chance(0.1)) name = name.slice(0, 18).trim();
  if (random.chance(0.04)) name = name.replaceAll(' ', '');
  // Some trade under a brand that the invoice does not show.
  return random.chance(0.03) ? invented(random) : name;
};

const inventIban = (random: Random, country: string) =>
  `${country}${random.int(10, 99)}${Array.from({ length: 18 }, () => random.int(0, 9)).join('')}`;

const NUMBER_STYLES: readonly NumberStyle[] = [
  'dashed',
  'slashed',
  'padded',
  'yearly',
  'dated',
  'letter',
  'reversed',
  'long',
  'mixed',
  'plain',
];

export const inventCompanies = (random: Random, count: number): TestCompany[] => {
  const cores: string[] = [];
  return Array.from({ length: count }, (_, at): TestCompany => {
    const language = random.weighted({ en: 3, fr: 4, de: 3 });
    const kind = random.weighted({ invented: 6, surname: 2, person: 1, sibling: 1 });
    const known = cores.length > 0 ? random.pick(cores) : invented(random);
    const core =
      kind === 'sibling'
        ? known
        : kind === 'surname'
          ? random.pick(SURNAMES)
          : kind === 'person'
            ? `${random.pick(FIRST_NAMES)} ${random.pick(SURNAMES)}`
            : invented(random);
    cores.push(core);
    const trade =
      kind === 'person' && random.chance(0.6) ? '' : random.chance(0.75) ? random.pick(TRADES[language]) : '';
    const form = random.pick(FORMS[language]);
    const profile = random.weighted({ subscription: 2, regular: 4, sporadic: 4 });
    return {
      id: `company-${at}`,
      name: [core, trade, form].filter(Boolean).join(' '),
      bankName: asTheBankWrites(random, core, trade, form, language),
      iban: inventIban(random, language === 'de' ? 'DE' : language === 'fr' ? 'FR' : 'GB'),
      direction: random.chance(0.65) ? 'payable' : 'receivable',
      currency: random.weighted({ EUR: 82, USD: 9, GBP: 6, CHF: 3 }),
      numbers: random.pick(NUMBER_STYLES),
      counter: random.int(1, 4000),
      terms: random.pick([0, 7, 14, 30, 30, 30, 45, 60]),
      delay: random.pick([-10, -3, 0, 0, 0, 2, 5, 10, 20]),
      spread: random.pick([1, 2, 4, 8]),
      profile,
      fixedAmount: random.chance(0.5)
        ? random.pick([999, 1900, 2900, 4900, 4990, 9900, 12000, 25000, 50000])
        : random.int(900, 90000),
      language,
      quotesNumber: random.pick([0.15, 0.5, 0.8, 0.95]),
      viaIntermediary: random.chance(0.06),
      ibanOnInvoice: random.chance(0.5),
      ibanAtBank: random.chance(0.55),
      nameAtBank: random.chance(0.65),
    };
  });
};

/** The next number of a company's own sequence. */
export const nextNumber = (random: Random, company: TestCompany, date: string): string => {
  company.counter += random.chance(0.7) ? 1 : random.int(2, 9);
  const [year = '', month = '', day = ''] = date.split('-');
  const count = company.counter;
  const initial = company.name.charAt(0).toUpperCase();
  switch (company.numbers) {
    case 'dashed':
      return `${company.language === 'fr' ? 'FA' : company.language === 'de' ? 'RE' : 'INV'}-${year}-${String(count).padStart(5, '0')}`;
    case 'slashed':
      return `${company.language === 'de' ? 'RG' : 'F'}${year}/${String(count).padStart(4, '0')}`;
    case 'padded':
      return `INV-${String(count).padStart(6, '0')}`;
    case 'yearly':
      return `${year}-${count % 1000}`;
    case 'dated':
      return `${year}${month}${day}${(count % 90) + 10}`;
    case 'letter':
      return `${initial}${String(count).padStart(5, '0')}`;
    case 'reversed':
      return `${count}/${year.slice(2)}`;
    case 'long':
      return `${7_100_000_000 + count * 7919}`;
    case 'mixed':
      return `${initial}${year.slice(3)}K${count}X`;
    case 'plain':
      return String(10_000 + count);
  }
};

/**
 * The demo workspace: a small studio, its suppliers, what they invoiced, and the bank feed that pays it. Everything is
 * made up; identifiers are the ones that standards use as examples.
 */

export interface DemoParty {
  name: string;
  street: string;
  postalCode: string;
  city: string;
  country: string;
  vatId: string;
  iban: string;
  bic: string;
  email: string;
  /** Of the suppliers: where they sell, and whom an invoice names for questions. */
  trade?: string;
  contact?: { name: string; email: string; phone: string };
}

export const studio: DemoParty = {
  name: 'Atelier Brume SAS',
  street: '14 rue des Lavandières',
  postalCode: '31000',
  city: 'Toulouse',
  country: 'FR',
  vatId: 'FR66000000018',
  iban: 'FR7630006000011234567890189',
  bic: 'AGRIFRPP',
  email: 'compta@atelier-brume.example',
};

export const suppliers = {
  nordlicht: {
    name: 'Nordlicht Papier GmbH',
    street: 'Speicherweg 9',
    postalCode: '20457',
    city: 'Hamburg',
    country: 'DE',
    vatId: 'DE123456788',
    iban: 'DE89370400440532013000',
    bic: 'COBADEFFXXX',
    email: 'rechnung@nordlicht-papier.example',
    trade: 'Naturpapiere und Karton, zugeschnitten und geliefert',
    contact: {
      name: 'Merle Tamsen',
      email: 'merle.tamsen@nordlicht-papier.example',
      phone: '+49 40 5550127',
    },
  },
  quai: {
    name: 'Quai Sept Hébergement SARL',
    street: '7 quai de la Fosse',
    postalCode: '44000',
    city: 'Nantes',
    country: 'FR',
    vatId: 'FR11123456782',
    iban: 'FR1420041010050500013M02606',
    bic: 'PSSTFRPPPAR',
    email: 'facturation@quai-sept.example',
    trade: 'Hébergement dédié et sauvegarde',
  },
  harbour: {
    name: 'Harbour & Finch Ltd',
    street: '22 Customs House Lane',
    postalCode: 'BS1 4RB',
    city: 'Bristol',
    country: 'GB',
    vatId: 'GB123456727',
    iban: 'GB29NWBK60161331926819',
    bic: 'NWBKGB2LXXX',
    email: 'accounts@harbour-finch.example',
    trade: 'Editorial photography',
  },
  zonnedal: {
    name: 'Zonnedal Logistiek BV',
    street: 'Havenstraat 31',
    postalCode: '3011 AB',
    city: 'Rotterdam',
    country: 'NL',
    vatId: 'NL123456782B12',
    iban: 'NL91ABNA0417164300',
    bic: 'ABNANL2A',
    email: 'facturen@zonnedal.example',
    trade: 'Palletvervoer door Europa',
  },
} as const satisfies Record<string, DemoParty>;

export interface DemoLine {
  description: string;
  quantity: number;
  /** In minor units, without tax. */
  unitPrice: number;
}

export interface DemoInvoice {
  /** Name of the file. */
  file: string;
  supplier: keyof typeof suppliers;
  number: string;
  issueDate: string;
  dueDate: string;
  taxPercent: number;
  lines: DemoLine[];
  layout: 'letter' | 'columns' | 'banner';
  language: 'de' | 'fr' | 'en' | 'nl';
  /** Embedded e-invoice XML, or a picture of the page instead of its text. */
  kind: 'text' | 'factur-x' | 'scan';
}

/** The first one is what `npm run demo` sends. */
export const demoInvoices: readonly DemoInvoice[] = [
  {
    file: 'nordlicht-NL-2026-1041.pdf',
    supplier: 'nordlicht',
    number: 'NL-2026-1041',
    issueDate: '2026-10-05',
    dueDate: '2026-11-04',
    taxPercent: 19,
    lines: [
      { description: 'Naturpapier 120 g, 70 × 100 cm', quantity: 8, unitPrice: 9_500 },
      { description: 'Zuschnitt und Versand', quantity: 1, unitPrice: 24_000 },
    ],
    layout: 'letter',
    language: 'de',
    kind: 'factur-x',
  },
  {
    file: 'quai-sept-F2026-0388.pdf',
    supplier: 'quai',
    number: 'F2026-0388',
    issueDate: '2026-10-12',
    dueDate: '2026-11-11',
    taxPercent: 20,
    lines: [
      { description: 'Hébergement dédié, octobre', quantity: 1, unitPrice: 61_000 },
      { description: 'Sauvegarde hors site, 500 Go', quantity: 2, unitPrice: 9_000 },
    ],
    layout: 'columns',
    language: 'fr',
    kind: 'text',
  },
  {
    file: 'harbour-finch-HF-2207.pdf',
    supplier: 'harbour',
    number: 'HF-2207',
    issueDate: '2026-10-02',
    dueDate: '2026-11-01',
    taxPercent: 20,
    lines: [{ description: 'Editorial photography, half day', quantity: 1, unitPrice: 65_000 }],
    layout: 'banner',
    language: 'en',
    kind: 'text',
  },
  {
    file: 'harbour-finch-HF-2219.pdf',
    supplier: 'harbour',
    number: 'HF-2219',
    issueDate: '2026-10-16',
    dueDate: '2026-11-15',
    taxPercent: 20,
    lines: [
      { description: 'Retouching, per image', quantity: 12, unitPrice: 3_500 },
      { description: 'Licence, 12 months', quantity: 1, unitPrice: 18_000 },
    ],
    layout: 'banner',
    language: 'en',
    kind: 'text',
  },
  {
    file: 'zonnedal-26-0815.pdf',
    supplier: 'zonnedal',
    number: '26-0815',
    issueDate: '2026-10-20',
    dueDate: '2026-11-19',
    taxPercent: 21,
    lines: [
      { description: 'Palletvervoer Rotterdam – Toulouse', quantity: 2, unitPrice: 21_500 },
      { description: 'Brandstoftoeslag', quantity: 1, unitPrice: 7_000 },
    ],
    layout: 'letter',
    language: 'nl',
    kind: 'scan',
  },
];

/** Net, tax and gross of an invoice in minor units. */
export function totalsOf({ lines, taxPercent }: Pick<DemoInvoice, 'lines' | 'taxPercent'>) {
  const net = lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
  const tax = Math.round((net * taxPercent) / 100);
  return { net, tax, gross: net + tax };
}

/** Minor units as a decimal string. */
export const decimal = (minor: number): string => (minor / 100).toFixed(2);

export interface DemoTransaction {
  id: string;
  date: string;
  /** Minor units of euros; negative leaves the studio's account. */
  amount: number;
  label: string;
  counterparty: string;
  iban: string | null;
  scheme: string;
  /** Null where nobody has sorted it yet. */
  category: string | null;
}

const grossOf = (number: string) => {
  const invoice = demoInvoices.find((candidate) => candidate.number === number);
  if (!invoice) throw new Error(`no demo invoice ${number}`);
  return totalsOf(invoice).gross;
};

const pay = (
  id: string,
  date: string,
  amount: number,
  party: { name: string; iban?: string },
  label: string,
  { scheme = 'sepa credit transfer', category = null }: { scheme?: string; category?: string | null } = {},
): DemoTransaction => ({
  id,
  date,
  amount: -amount,
  label,
  counterparty: party.name,
  iban: party.iban ?? null,
  scheme,
  category,
});

const bankFee = 1_250;

/** The feed: payments of the demo invoices among the rest of two months. */
export const demoTransactions: readonly DemoTransaction[] = [
  // Exactly, with the number in the label.
  pay(
    'demo-001',
    '2026-10-28',
    grossOf('NL-2026-1041'),
    suppliers.nordlicht,
    'VIR SEPA NORDLICHT PAPIER RG NL-2026-1041',
    { category: 'supplies' },
  ),
  // In two parts.
  pay('demo-002', '2026-11-03', 50_000, suppliers.quai, 'VIR QUAI SEPT HEBERGEMENT FACT F2026-0388 ACOMPTE'),
  pay(
    'demo-003',
    '2026-11-11',
    grossOf('F2026-0388') - 50_000,
    suppliers.quai,
    'VIR QUAI SEPT HEBERGEMENT F2026-0388 SOLDE',
  ),
  // Two invoices at once.
  pay(
    'demo-004',
    '2026-11-10',
    grossOf('HF-2207') + grossOf('HF-2219'),
    suppliers.harbour,
    'TRANSFER HARBOUR & FINCH HF-2207 HF-2219',
  ),
  // With what the bank keeps.
  pay(
    'demo-005',
    '2026-11-16',
    grossOf('26-0815') + bankFee,
    suppliers.zonnedal,
    'VIR INTL ZONNEDAL LOGISTIEK 26-0815 FRAIS 12,50',
  ),
  // Noise: amounts and names that look like a payment and are none.
  pay(
    'demo-006',
    '2026-10-29',
    grossOf('NL-2026-1041'),
    { name: 'Régie Immobilière des Pins' },
    'PRLV LOYER NOVEMBRE',
    { category: 'rent' },
  ),
  pay('demo-007', '2026-10-30', 231_540, { name: 'Salaires' }, 'VIR SALAIRES OCTOBRE'),
  pay('demo-008', '2026-11-02', 4_990, { name: 'Téléphonie Alpine' }, 'PRLV TELEPHONIE ALPINE REF 77120', {
    scheme: 'sepa direct debit',
  }),
  pay('demo-009', '2026-11-05', 1_860, { name: 'Café du Pont' }, 'CARTE 03/11 CAFE DU PONT TOULOUSE', {
    scheme: 'card',
  }),
  pay('demo-010', '2026-11-06', 35_200, { name: 'URSSAF Exemple' }, 'PRLV COTISATIONS T3', {
    scheme: 'sepa direct debit',
  }),
  {
    ...pay(
      'demo-011',
      '2026-11-09',
      0,
      { name: 'Galerie Marée Haute' },
      'VIR RECU GALERIE MAREE HAUTE FACT AB-0091',
    ),
    amount: 148_000,
  },
  pay('demo-012', '2026-11-12', 7_420, { name: 'Papeterie du Canal' }, 'CARTE 10/11 PAPETERIE DU CANAL', {
    scheme: 'card',
  }),
  pay('demo-013', '2026-12-12', 50_000, { name: 'Virement interne' }, 'VIR VERS LIVRET'),
];

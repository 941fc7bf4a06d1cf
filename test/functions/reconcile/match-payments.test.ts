import { describe, expect, it } from 'vitest';
import { type MatchPayments, matchPayments } from '../../../functions/reconcile/match-payments.ts';
import type { PaymentInvoice, PaymentTransaction } from '../../../functions/reconcile/payment-records.ts';
import { anInvoice, aTransaction } from '../../support/payments/factories.ts';

const IBAN = 'DE89370400440532013000';

const match = (
  transactions: PaymentTransaction[],
  invoices: PaymentInvoice[],
  rest: Partial<MatchPayments> = {},
) => matchPayments({ transactions, invoices, ...rest });

/** `t1>i1 1234.56 full auto`, one a link. */
const brief = (links: ReturnType<typeof matchPayments>['links']) =>
  links.map(
    (link) =>
      `${link.transaction_id}>${link.invoice_id} ${link.amount} ${link.allocation_type} ${link.decision}`,
  );

const cases: [
  fact: string,
  transaction: Partial<PaymentTransaction>,
  invoice: Partial<PaymentInvoice>,
  expected: string[],
][] = [
  ['applies a number with the exact amount', { label: 'VIR FA-2026-00417' }, {}, ['t1>i1 1234.56 full auto']],
  ['applies a number without its separators', { label: 'VIR FA202600417' }, {}, ['t1>i1 1234.56 full auto']],
  [
    'applies a number that lost its prefix and zeros',
    { label: 'REF 2026-417' },
    {},
    ['t1>i1 1234.56 full auto'],
  ],
  [
    'applies an equal IBAN with the exact amount',
    { counterparty_iban: IBAN },
    { counterparty_iban: IBAN },
    ['t1>i1 1234.56 full auto'],
  ],
  [
    'applies the name with the exact amount',
    { label: 'VIR CORVANTA LOGISTIK' },
    {},
    ['t1>i1 1234.56 full auto'],
  ],
  [
    'reads a name however its umlauts are written',
    { label: 'MUELLER GERAETE' },
    { counterparty_name: 'Müller Geräte AG' },
    ['t1>i1 1234.56 full auto'],
  ],
  ['never proposes on the amount alone', {}, {}, []],
  [
    'does not match a stranger of the same amount',
    { counterparty_name: 'Belmondo Blumen', label: 'BELMONDO BLUMEN' },
    {},
    [],
  ],
  [
    'does not match a name without a fitting amount',
    { amount: '-911.11', label: 'CORVANTA LOGISTIK' },
    {},
    [],
  ],
  ['does not match money that moves the other way', { amount: '1234.56', label: 'FA-2026-00417' }, {}, []],
  ['does not match a day before the window', { booking_date: '2026-02-18', label: 'FA-2026-00417' }, {}, []],
  ['does not match a day after the window', { booking_date: '2026-07-30', label: 'FA-2026-00417' }, {}, []],
  [
    'takes the value date where the booking date is missing',
    { booking_date: null, value_date: '2026-03-30', label: 'FA-2026-00417' },
    {},
    ['t1>i1 1234.56 full auto'],
  ],
  [
    'applies a payment short by a fee that shows the number',
    { amount: '-1219.56', label: 'FA-2026-00417' },
    {},
    ['t1>i1 1219.56 fee_deduction auto'],
  ],
  [
    'applies a cash discount that shows the number',
    { amount: '-1197.52', label: 'FA-2026-00417' },
    {},
    ['t1>i1 1197.52 fee_deduction auto'],
  ],
  [
    'only proposes a fee where no number is shown',
    { amount: '-1219.56', label: 'CORVANTA LOGISTIK' },
    {},
    ['t1>i1 1219.56 fee_deduction review'],
  ],
  [
    'links no more than the invoice when a fee was paid on top',
    { amount: '-1239.56', label: 'FA-2026-00417' },
    {},
    ['t1>i1 1234.56 full auto'],
  ],
  [
    'proposes a part that shows the number',
    { amount: '-400.00', label: 'CORVANTA FA-2026-00417' },
    {},
    ['t1>i1 400.00 partial review'],
  ],
  [
    'proposes a round share of the only open invoice',
    { amount: '-617.28', label: 'CORVANTA LOGISTIK' },
    {},
    ['t1>i1 617.28 partial review'],
  ],
  [
    'proposes an overpayment that shows the number, for the invoice only',
    { amount: '-2000.00', label: 'CORVANTA FA-2026-00417' },
    {},
    ['t1>i1 1234.56 overpayment review'],
  ],
  [
    'matches a refund with a supplier credit note',
    { amount: '1234.56', label: 'FA-2026-00417' },
    { kind: 'credit_note' },
    ['t1>i1 1234.56 full auto'],
  ],
  [
    'reads a negative total as a credit note',
    { amount: '1234.56', label: 'FA-2026-00417' },
    { total: '-1234.56' },
    ['t1>i1 1234.56 full auto'],
  ],
  [
    'matches a customer payment',
    { amount: '1234.56', label: 'FA-2026-00417' },
    { direction: 'receivable' },
    ['t1>i1 1234.56 full auto'],
  ],
  [
    'states the original currency of a card payment',
    { amount: '-1140.00', original_amount: '-1234.56', original_currency: 'USD', label: 'FA-2026-00417' },
    { currency: 'USD' },
    ['t1>i1 1234.56 full auto'],
  ],
  [
    'only proposes across currencies without a rate',
    { amount: '-1140.00', label: 'CORVANTA FA-2026-00417' },
    { currency: 'USD' },
    ['t1>i1 1140.00 full review'],
  ],
  [
    'does not pair across currencies by name without a rate',
    { amount: '-1140.00', label: 'CORVANTA LOGISTIK' },
    { currency: 'USD' },
    [],
  ],
  [
    'trusts the name less when an intermediary stands between',
    { amount: '-1219.56', label: 'PAYPAL *CORVANTA LOG', counterparty_name: 'PAYPAL EUROPE' },
    {},
    [],
  ],
  ['sees no invoice behind a salary', { label: 'SALAIRE CORVANTA LOGISTIK' }, {}, []],
];

describe('matchPayments, one payment and one invoice', () => {
  it.each(cases)('%s', (_, transaction, invoice, expected) => {
    const { links } = match([aTransaction(transaction)], [anInvoice(invoice)]);

    expect(brief(links)).toEqual(expected);
  });

  it('keeps scores inside the band of their decision', () => {
    for (const [, transaction, invoice] of cases) {
      for (const link of match([aTransaction(transaction)], [anInvoice(invoice)]).links) {
        expect(link.score >= 0.85, link.reasoning).toBe(link.decision === 'auto');
        expect(link.score, link.reasoning).toBeGreaterThanOrEqual(0.55);
      }
    }
  });

  it('scores the exact number with the exact amount at .95 or more', () => {
    const [link] = match([aTransaction({ label: 'FA-2026-00417' })], [anInvoice()]).links;

    expect(link?.score).toBeGreaterThanOrEqual(0.95);
  });
});

describe('matchPayments, rivals', () => {
  it('leaves two companies of one name and amount to a person', () => {
    const invoices = [
      anInvoice({ number: null }),
      anInvoice({
        invoice_id: 'i2',
        number: null,
        counterparty_id: 'c2',
        counterparty_name: 'Corvanta Logistik SARL',
      }),
    ];
    const { links } = match([aTransaction({ label: 'CORVANTA LOGISTIK' })], invoices);

    expect(links.map(({ decision }) => decision)).toEqual(['review']);
  });

  it('tells equal subscription invoices apart by their numbers', () => {
    const invoices = ['1', '2', '3'].map((month) =>
      anInvoice({
        invoice_id: `i${month}`,
        number: `R-2026-000${month}`,
        issue_date: `2026-0${month}-01`,
        due_date: `2026-0${month}-15`,
        total: '49.00',
      }),
    );
    const transactions = ['3', '1', '2'].map((month) =>
      aTransaction({
        transaction_id: `t${month}`,
        booking_date: '2026-03-20',
        amount: '-49.00',
        label: `CORVANTA R-2026-000${month}`,
      }),
    );

    expect(brief(match(transactions, invoices).links)).toEqual(
      ['1', '2', '3'].map((month) => `t${month}>i${month} 49.00 full auto`),
    );
  });

  it('pairs equal subscription payments in order when only the dates tell', () => {
    const months = ['1', '2', '3', '4'];
    const invoices = months.map((month) =>
      anInvoice({
        invoice_id: `i${month}`,
        number: null,
        issue_date: `2026-0${month}-01`,
        due_date: `2026-0${month}-08`,
        total: '49.00',
      }),
    );
    const transactions = months.map((month) =>
      aTransaction({
        transaction_id: `t${month}`,
        booking_date: `2026-0${month}-08`,
        amount: '-49.00',
        label: 'CORVANTA LOGISTIK',
      }),
    );

    const pairs = match(transactions, invoices).links.map((link) => [
      link.transaction_id.slice(1),
      link.invoice_id.slice(1),
    ]);

    expect(pairs).toEqual(months.map((month) => [month, month]));
  });

  it('gives an invoice paid twice to one payment, for a person to see', () => {
    const transactions = ['t1', 't2'].map((transaction_id) =>
      aTransaction({ transaction_id, label: 'FA-2026-00417' }),
    );
    const { links } = match(transactions, [anInvoice()]);

    expect(links.map(({ decision }) => decision)).toEqual(['review']);
  });

  it('prefers the invoice the label names over one of the same amount', () => {
    const invoices = [anInvoice(), anInvoice({ invoice_id: 'i2', number: 'FA-2026-00418' })];

    expect(brief(match([aTransaction({ label: 'CORVANTA FA-2026-00418' })], invoices).links)).toEqual([
      't1>i2 1234.56 full auto',
    ]);
  });
});

describe('matchPayments, several to one', () => {
  const three = [
    anInvoice({ invoice_id: 'i1', number: 'FA-2026-00101', total: '100.10' }),
    anInvoice({ invoice_id: 'i2', number: 'FA-2026-00102', total: '200.20' }),
    anInvoice({ invoice_id: 'i3', number: 'FA-2026-00103', total: '407.77' }),
  ];

  it('splits a payment that names its invoices', () => {
    const { links } = match(
      [aTransaction({ amount: '-300.30', label: 'FA-2026-00101 + FA-2026-00102' })],
      three,
    );

    expect(brief(links)).toEqual(['t1>i1 100.10 full auto', 't1>i2 200.20 full auto']);
  });

  it('splits a payment by the only exact sum of its party', () => {
    const { links } = match([aTransaction({ amount: '-507.87', label: 'CORVANTA LOGISTIK' })], three);

    expect(brief(links)).toEqual(['t1>i1 100.10 full auto', 't1>i3 407.77 full auto']);
  });

  it('completes the numbers that a cut label still shows', () => {
    const { links } = match(
      [aTransaction({ amount: '-708.07', label: 'CORVANTA LOGISTIK FA-2026-00101, FA-20' })],
      three,
    );

    expect(links.map(({ invoice_id }) => invoice_id)).toEqual(['i1', 'i2', 'i3']);
  });

  it('does not add up invoices of different parties', () => {
    const mixed = three.map((invoice, at) => ({
      ...invoice,
      counterparty_id: `c${at}`,
      counterparty_name: ['Corvanta Logistik', 'Belmondo Blumen', 'Zarix Media'][at] ?? null,
    }));

    expect(match([aTransaction({ amount: '-300.30', label: 'CORVANTA LOGISTIK' })], mixed).links).toEqual([]);
  });

  it('sets off a credit note in a payment', () => {
    const credit = anInvoice({
      invoice_id: 'i4',
      kind: 'credit_note',
      number: 'GS-2026-00900',
      total: '50.05',
    });
    const { links } = match(
      [aTransaction({ amount: '-250.25', label: 'FA-2026-00101 FA-2026-00102 GS-2026-00900' })],
      [...three, credit],
    );

    expect(brief(links)).toEqual([
      't1>i1 100.10 full auto',
      't1>i2 200.20 full auto',
      't1>i4 50.05 full auto',
    ]);
  });

  it('adds up instalments that show the number', () => {
    const transactions = ['-400.00', '-400.00', '-434.56'].map((amount, at) =>
      aTransaction({
        transaction_id: `t${at}`,
        booking_date: `2026-0${at + 3}-10`,
        amount,
        label: 'CORVANTA FA-2026-00417',
      }),
    );

    expect(brief(match(transactions, [anInvoice()]).links)).toEqual([
      't0>i1 400.00 partial auto',
      't1>i1 400.00 partial auto',
      't2>i1 434.56 partial auto',
    ]);
  });

  it('proposes instalments of the party that add up', () => {
    const transactions = ['-500.10', '-734.46'].map((amount, at) =>
      aTransaction({ transaction_id: `t${at}`, amount, label: 'CORVANTA LOGISTIK' }),
    );

    expect(brief(match(transactions, [anInvoice()]).links)).toEqual([
      't0>i1 500.10 partial review',
      't1>i1 734.46 partial review',
    ]);
  });

  it('never gives parts that exceed the invoice', () => {
    const transactions = ['-740.74', '-864.19'].map((amount, at) =>
      aTransaction({ transaction_id: `t${at}`, amount, label: 'CORVANTA LOGISTIK' }),
    );

    expect(match(transactions, [anInvoice()]).links.length).toBeLessThanOrEqual(1);
  });
});

describe('matchPayments, currencies', () => {
  const rates = [{ source_currency: 'EUR', target_currency: 'USD', rate: '1.08', rate_date: '2026-03-29' }];

  it('applies a number with the amount at the published rate', () => {
    const { links } = match(
      [aTransaction({ amount: '-1143.11', label: 'FA-2026-00417' })],
      [anInvoice({ currency: 'USD' })],
      { rates },
    );

    expect(links).toMatchObject([
      { amount: '1143.11', currency: 'EUR', settles: '1234.56', allocation_type: 'full', decision: 'auto' },
    ]);
  });

  it('does not use a rate of a later day', () => {
    const later = rates.map((rate) => ({ ...rate, rate_date: '2026-03-31' }));
    const { links } = match(
      [aTransaction({ amount: '-1143.11', label: 'FA-2026-00417' })],
      [anInvoice({ currency: 'USD' })],
      { rates: later },
    );

    expect(links.map(({ decision }) => decision)).toEqual(['review']);
  });

  it('takes rates from payments that state an original amount', () => {
    const known = aTransaction({
      transaction_id: 't0',
      amount: '-92.00',
      original_amount: '-100.00',
      original_currency: 'USD',
    });
    const payment = aTransaction({ amount: '-1135.80', label: 'CORVANTA LOGISTIK' });

    expect(brief(match([known, payment], [anInvoice({ currency: 'USD' })]).links)).toEqual([
      't1>i1 1135.80 full review',
    ]);
  });
});

describe('matchPayments, again', () => {
  const payment = aTransaction({ label: 'FA-2026-00417' });

  it('finds nothing more when its own links stand', () => {
    const { links } = match([payment], [anInvoice()]);

    expect(match([payment], [anInvoice()], { existingLinks: links }).links).toEqual([]);
  });

  it('gives a settled invoice to no other payment', () => {
    const { links } = match([payment], [anInvoice()]);
    const other = aTransaction({ transaction_id: 't2', label: 'FA-2026-00417' });

    expect(match([payment, other], [anInvoice()], { existingLinks: links }).links).toEqual([]);
  });

  it('matches what a part left open', () => {
    const existingLinks = [
      {
        transaction_id: 't0',
        invoice_id: 'i1',
        amount: '1000.00',
        currency: 'EUR',
        allocation_type: 'partial' as const,
      },
    ];
    const rest = aTransaction({ amount: '-234.56', label: 'FA-2026-00417' });

    expect(brief(match([rest], [anInvoice()], { existingLinks }).links)).toEqual([
      't1>i1 234.56 partial auto',
    ]);
  });

  it('does not propose a declined pair again', () => {
    const rejectedPairs = [{ transaction_id: 't1', invoice_id: 'i1' }];

    expect(match([payment], [anInvoice()], { rejectedPairs }).links).toEqual([]);
  });

  it('proposes a declined pair once a strong key has changed', () => {
    const [link] = match([payment], [anInvoice()]).links;
    const rejectedPairs = [
      { transaction_id: 't1', invoice_id: 'i1', strong_keys: link?.strong_keys ?? null },
    ];

    const same = match([payment], [anInvoice()], { rejectedPairs });
    const renumbered = match(
      [{ ...payment, label: 'FA-2026-00417-B' }],
      [anInvoice({ number: 'FA-2026-00417-B' })],
      { rejectedPairs },
    );

    expect([same.links.length, renumbered.links.length]).toEqual([0, 1]);
  });

  it('knows a counterparty by a confirmed alias', () => {
    const traded = aTransaction({ label: 'Belmondo Market', counterparty_name: 'Belmondo Market' });
    const aliases = [{ name: 'Belmondo Market', counterparty_id: 'c1' }];

    expect(match([traded], [anInvoice()]).links).toEqual([]);
    expect(brief(match([traded], [anInvoice()], { aliases }).links)).toEqual(['t1>i1 1234.56 full auto']);
  });

  it('knows an account by other payments that show the number', () => {
    const other = anInvoice({
      invoice_id: 'i2',
      number: 'FA-2026-00900',
      issue_date: '2026-04-01',
      due_date: '2026-04-30',
      total: '77.70',
    });
    const shown = aTransaction({ label: 'FA-2026-00417', counterparty_iban: IBAN });
    const silent = aTransaction({
      transaction_id: 't2',
      booking_date: '2026-04-30',
      amount: '-77.70',
      label: '',
      counterparty_iban: IBAN,
    });

    expect(brief(match([shown, silent], [anInvoice(), other]).links)).toEqual([
      't1>i1 1234.56 full auto',
      't2>i2 77.70 full auto',
    ]);
  });
});

describe('matchPayments, bad records', () => {
  it.each<[string, Partial<PaymentTransaction>, RegExp]>([
    ['zero', { amount: '0.00' }, /zero/],
    ['no number', { amount: 'NaN' }, /not a decimal amount/],
    ['an exponent', { amount: '1e3' }, /not a decimal amount/],
    ['an unknown currency', { currency: 'XQZ' }, /currency is unknown/],
    ['no date', { booking_date: null }, /missing_anchor/],
    ['a day that does not exist', { booking_date: '2026-02-30' }, /missing_anchor/],
  ])('leaves a transaction with %s out and matches the rest', (_, fault, reason) => {
    const bad = aTransaction({ transaction_id: 'bad', label: 'FA-2026-00417', ...fault });
    const { links, left_out } = match([bad, aTransaction({ label: 'FA-2026-00417' })], [anInvoice()]);

    expect(left_out).toEqual([{ id: 'bad', reason: expect.stringMatching(reason) }]);
    expect(links.map(({ transaction_id }) => transaction_id)).toEqual(['t1']);
  });

  it.each<[string, Partial<PaymentInvoice>, RegExp]>([
    ['zero', { total: '0' }, /zero/],
    ['no number', { total: '12,50' }, /not a decimal amount/],
    ['an unknown currency', { currency: 'euro' }, /currency is unknown/],
    ['no date', { issue_date: null, due_date: null }, /missing_anchor/],
  ])('leaves an invoice with %s out', (_, fault, reason) => {
    const { left_out } = match([], [anInvoice(fault)]);

    expect(left_out).toEqual([{ id: 'i1', reason: expect.stringMatching(reason) }]);
  });

  it('keeps one of two records with one id', () => {
    const { left_out, unmatched } = match([aTransaction(), aTransaction({ amount: '-5.00' })], []);

    expect(left_out).toEqual([{ id: 't1', reason: 'id appears more than once' }]);
    expect(unmatched.transactions).toEqual(['t1']);
  });

  it('names what was not matched', () => {
    expect(match([aTransaction()], [anInvoice()]).unmatched).toEqual({
      transactions: ['t1'],
      invoices: ['i1'],
    });
  });
});

import { describe, expect, test } from 'vitest';
import type { ExistingLink } from '../../../functions/reconcile/ledger.ts';
import { readBills, readMovements } from '../../../functions/reconcile/payment-records.ts';
import { whyOutdated } from '../../../functions/reconcile/proposal-holds.ts';
import { nameKey } from '../../../shared/domain/names.ts';

const payment = (transaction_id: string, amount: string, rest: object = {}) => ({
  ...{ transaction_id, booking_date: '2026-03-30', value_date: null, amount, currency: 'EUR', label: null },
  ...{ counterparty_name: null, counterparty_iban: null, original_amount: null, original_currency: null },
  ...rest,
});
const bill = (invoice_id: string, total: string, rest: object = {}) => ({
  ...{ invoice_id, kind: 'invoice' as const, direction: 'payable' as const, number: null },
  ...{ counterparty_id: null, counterparty_name: null, counterparty_iban: null },
  ...{ issue_date: '2026-03-02', due_date: null, currency: 'EUR', total },
  ...rest,
});
const link = (
  transaction_id: string,
  invoice_id: string,
  amount: string,
  rest: Partial<ExistingLink> = {},
): ExistingLink => ({
  ...{ transaction_id, invoice_id, amount, currency: 'EUR', allocation_type: 'full' },
  ...rest,
});

const check = (
  { payments, bills }: { payments: ReturnType<typeof payment>[]; bills: ReturnType<typeof bill>[] },
  proposed: ExistingLink[],
  confirmed: ExistingLink[] = [],
) =>
  whyOutdated({
    ...{ proposed, confirmed },
    movements: new Map(readMovements(payments).records.map((each) => [each.id, each])),
    bills: new Map(readBills(bills, nameKey).records.map((each) => [each.id, each])),
  });

describe('holds', () => {
  test('for a payment of one invoice, to the cent', () => {
    const records = { payments: [payment('t', '-100.00')], bills: [bill('i', '100.01')] };

    expect(check(records, [link('t', 'i', '100.00')])).toBeNull();
  });

  test('for the last part of an invoice', () => {
    const records = {
      payments: [payment('t1', '-40.00'), payment('t2', '-60.00')],
      bills: [bill('i', '100.00')],
    };
    const partial = { allocation_type: 'partial' } as const;

    expect(
      check(records, [link('t2', 'i', '60.00', partial)], [link('t1', 'i', '40.00', partial)]),
    ).toBeNull();
  });

  test('for what is left of a payment that is larger', () => {
    const records = {
      payments: [payment('t', '-150.00')],
      bills: [bill('a', '100.00'), bill('b', '50.00')],
    };

    expect(check(records, [link('t', 'b', '50.00')], [link('t', 'a', '100.00')])).toBeNull();
  });

  test('for a credit note that is set off in a payment of two invoices', () => {
    const records = {
      payments: [payment('t', '-90.00')],
      bills: [bill('a', '100.00'), bill('credit', '10.00', { kind: 'credit_note' })],
    };

    expect(check(records, [link('t', 'a', '100.00'), link('t', 'credit', '10.00')])).toBeNull();
  });

  test('for a payment in another currency, within half a percent', () => {
    const records = { payments: [payment('t', '-92.00')], bills: [bill('i', '100.00', { currency: 'USD' })] };

    expect(check(records, [link('t', 'i', '92.00', { settles: '100.40' })])).toBeNull();
  });

  test('for a payment that states its amount in the currency of the invoice', () => {
    const usd = { original_amount: '100.00', original_currency: 'USD' };
    const records = {
      payments: [payment('t', '-92.00', usd)],
      bills: [bill('i', '100.00', { currency: 'USD' })],
    };

    expect(check(records, [link('t', 'i', '100.00', { currency: 'USD' })])).toBeNull();
  });
});

describe('is outdated', () => {
  test('when a record is gone', () => {
    expect(check({ payments: [], bills: [bill('i', '1.00')] }, [link('t', 'i', '1.00')])).toMatch(/payment/);
    expect(check({ payments: [payment('t', '-1.00')], bills: [] }, [link('t', 'i', '1.00')])).toMatch(
      /invoice/,
    );
  });

  test('when the payment would be used beyond its amount', () => {
    const records = {
      payments: [payment('t', '-149.98')],
      bills: [bill('a', '100.00'), bill('b', '50.00')],
    };

    expect(check(records, [link('t', 'b', '50.00')], [link('t', 'a', '100.00')])).toMatch(/Other invoices/);
    expect(check(records, [link('t', 'b', '50.00'), link('t', 'a', '100.00')])).toMatch(/Other invoices/);
  });

  test('when the invoice would be settled beyond its total', () => {
    const records = {
      payments: [payment('t1', '-40.00'), payment('t2', '-100.00')],
      bills: [bill('i', '100.00')],
    };
    const confirmed = [link('t1', 'i', '40.00', { allocation_type: 'partial' })];

    expect(check(records, [link('t2', 'i', '100.00')], confirmed)).toMatch(/less open/);
  });

  test('when another payment has settled the invoice, although short by a fee', () => {
    const records = {
      payments: [payment('t1', '-97.00'), payment('t2', '-3.00')],
      bills: [bill('i', '100.00')],
    };
    const confirmed = [link('t1', 'i', '97.00', { allocation_type: 'fee_deduction' })];

    expect(check(records, [link('t2', 'i', '3.00', { allocation_type: 'partial' })], confirmed)).toMatch(
      /Another payment/,
    );
  });

  test('when a link in full no longer covers the total', () => {
    const records = { payments: [payment('t', '-100.00')], bills: [bill('i', '120.00')] };

    expect(check(records, [link('t', 'i', '100.00')])).toMatch(/total/);
    expect(check(records, [link('t', 'i', '100.00', { allocation_type: 'partial' })])).toBeNull();
  });

  test('when nobody can tell what the link takes and something is taken already', () => {
    const records = {
      payments: [payment('t', '-100.00')],
      bills: [bill('a', '50.00'), bill('b', '50.00')],
    };
    const unknown = link('t', 'b', '40.00', { currency: 'GBP', settles: '50.00' });

    expect(check(records, [unknown], [link('t', 'a', '50.00')])).toMatch(/Other invoices/);
  });
});

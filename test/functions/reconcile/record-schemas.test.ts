import { describe, expect, it } from 'vitest';
import {
  InvoiceRecord,
  readRecords,
  TransactionRecord,
} from '../../../functions/reconcile/record-schemas.ts';
import { anInvoice, aTransaction } from '../../support/payments/factories.ts';

describe('readRecords', () => {
  it('keeps what has the right shape and says how to mend the rest', () => {
    const rows = [
      aTransaction(),
      aTransaction({ transaction_id: 't2', amount: null as unknown as string }),
      7,
    ];

    const { records, faults } = readRecords(rows, TransactionRecord, 'transaction');

    expect(records).toEqual([aTransaction()]);
    expect(faults).toEqual([
      { record: 'transaction 1 (t2)', field: 'amount', mend: expect.stringContaining('decimal string') },
      { record: 'transaction 2', field: 'the record', mend: 'must be an object' },
    ]);
  });

  it('reads missing and blank fields as unknown', () => {
    const { label: _, ...unlabelled } = aTransaction({ counterparty_iban: ' ' });

    expect(readRecords([unlabelled], TransactionRecord, 'transaction').records).toEqual([
      aTransaction({ label: null }),
    ]);
  });

  it('takes a JSON number by its digits', () => {
    const rows = [{ ...anInvoice(), total: 1234.56 }];

    expect(readRecords(rows, InvoiceRecord, 'invoice').records[0]?.total).toBe('1234.56');
  });

  it('takes an invoice without a kind for an invoice and refuses an unknown direction', () => {
    const { kind: _, ...bare } = anInvoice();

    const { records, faults } = readRecords([bare, { ...bare, direction: 'in' }], InvoiceRecord, 'invoice');

    expect(records).toEqual([anInvoice()]);
    expect(faults).toMatchObject([{ record: 'invoice 1 (i1)', field: 'direction' }]);
  });
});

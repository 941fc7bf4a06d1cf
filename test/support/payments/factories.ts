import type { PaymentInvoice, PaymentTransaction } from '../../../functions/reconcile/payment-records.ts';

/** A payable invoice of 1,234.56 EUR, issued on 1 March and due on the 31st. */
export const anInvoice = (given: Partial<PaymentInvoice> = {}): PaymentInvoice => ({
  invoice_id: 'i1',
  kind: 'invoice',
  direction: 'payable',
  number: 'FA-2026-00417',
  counterparty_id: 'c1',
  counterparty_name: 'Corvanta Logistik GmbH',
  counterparty_iban: null,
  issue_date: '2026-03-01',
  due_date: '2026-03-31',
  currency: 'EUR',
  total: '1234.56',
  ...given,
});

/** A payment of it that says nothing but the amount. */
export const aTransaction = (given: Partial<PaymentTransaction> = {}): PaymentTransaction => ({
  transaction_id: 't1',
  booking_date: '2026-03-30',
  value_date: null,
  amount: '-1234.56',
  currency: 'EUR',
  label: 'SEPA TRANSFER',
  counterparty_name: null,
  counterparty_iban: null,
  original_amount: null,
  original_currency: null,
  ...given,
});

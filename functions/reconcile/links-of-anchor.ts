import type { PaymentLink } from './match-payments.ts';

/** The record a task is about. */
export interface Anchor {
  kind: 'transaction' | 'invoice';
  id: string;
}

/**
 * Of all that matching found, what this task writes: the links of its record. A payment of several invoices is written
 * whole or not at all, so an invoice brings the other links of its payments with it.
 */
export function linksOfAnchor(links: readonly PaymentLink[], { kind, id }: Anchor): PaymentLink[] {
  if (kind === 'transaction') return links.filter((link) => link.transaction_id === id);
  const payments = new Set(links.filter((link) => link.invoice_id === id).map((link) => link.transaction_id));
  return links.filter((link) => payments.has(link.transaction_id));
}

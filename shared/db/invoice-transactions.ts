import { z } from 'zod';
import { Decimal, NoRow, sql } from './sql.ts';

/** How much of a payment an invoice takes. */
export const allocationTypes = ['full', 'partial', 'overpayment', 'fee_deduction'] as const;
/** Provisional links wait for a person and count nowhere else. */
export const edgeStatuses = ['confirmed', 'provisional'] as const;

/** A link between an invoice and a bank movement. A deleted one was declined. */
export const PaymentLinkRow = z.strictObject({
  pk: z.number(),
  invoice_transaction_id: z.uuid(),
  invoice_id: z.uuid(),
  transaction_id: z.uuid(),
  amount: Decimal,
  currency: z.string(),
  accounting_amount: Decimal.nullable(),
  allocation_type: z.enum(allocationTypes),
  edge_status: z.enum(edgeStatuses),
  reasoning: z.string().nullable(),
  declined: z.boolean(),
});
export type PaymentLinkRow = z.output<typeof PaymentLinkRow>;

/** The links of these invoices or movements, declined ones too: they must not be proposed again. */
export const listPaymentLinks = ({
  workspacePk,
  invoicePks,
  transactionPks,
}: {
  workspacePk: number;
  invoicePks: readonly number[];
  transactionPks: readonly number[];
}) =>
  sql.type(PaymentLinkRow)`
    select
      l.pk, l.invoice_transaction_id, i.invoice_id, t.transaction_id, l.amount, l.currency::text as currency,
      l.accounting_amount, l.allocation_type, l.edge_status, l.reasoning, (l.deleted_at is not null) as declined
    from invoice_transactions l
    join invoices i on i.pk = l.invoice_pk and i.workspace_pk = l.workspace_pk
    join transactions t on t.pk = l.transaction_pk and t.workspace_pk = l.workspace_pk
    where l.workspace_pk = ${workspacePk}
      -- Each side by its own index: for a condition on either, all links of the workspace would be read.
      and l.pk = any(array(
        select pk
        from invoice_transactions
        where workspace_pk = ${workspacePk}
          and invoice_pk = any(${sql.array(invoicePks, 'int4')})
        union
        select pk
        from invoice_transactions
        where workspace_pk = ${workspacePk}
          and transaction_pk = any(${sql.array(transactionPks, 'int4')})
      ))
    order by l.pk`;

/** A link by its public id, with the keys of both sides; deleted ones too. */
export const ProposedLinkRow = PaymentLinkRow.extend({ invoice_pk: z.number(), transaction_pk: z.number() });
export type ProposedLinkRow = z.output<typeof ProposedLinkRow>;

/** The links that a proposal names, as they are now. */
export const listProposedLinks = ({ workspacePk, linkIds }: { workspacePk: number; linkIds: string[] }) =>
  sql.type(ProposedLinkRow)`
    select
      l.pk, l.invoice_transaction_id, i.invoice_id, t.transaction_id, l.amount, l.currency::text as currency,
      l.accounting_amount, l.allocation_type, l.edge_status, l.reasoning, (l.deleted_at is not null) as declined,
      l.invoice_pk, l.transaction_pk
    from invoice_transactions l
    join invoices i on i.pk = l.invoice_pk and i.workspace_pk = l.workspace_pk
    join transactions t on t.pk = l.transaction_pk and t.workspace_pk = l.workspace_pk
    where l.workspace_pk = ${workspacePk}
      and l.invoice_transaction_id = any(${sql.array(linkIds, 'uuid')})
    order by l.pk`;

/** Confirms links that waited for a person. */
export const confirmPaymentLinks = ({ workspacePk, linkPks }: { workspacePk: number; linkPks: number[] }) =>
  sql.type(NoRow)`
    update invoice_transactions
    set edge_status = 'confirmed',
        match_method = 'human_approved'
    where workspace_pk = ${workspacePk}
      and pk = any(${sql.array(linkPks, 'int4')})
      and edge_status = 'provisional'
      and deleted_at is null`;

/** Deletes links that still wait for a person. The rows stay as the memory of what was declined. */
export const declinePaymentLinks = ({ workspacePk, linkIds }: { workspacePk: number; linkIds: string[] }) =>
  sql.type(NoRow)`
    update invoice_transactions
    set deleted_at = clock_timestamp()
    where workspace_pk = ${workspacePk}
      and invoice_transaction_id = any(${sql.array(linkIds, 'uuid')})
      and edge_status = 'provisional'
      and deleted_at is null`;

const InsertedLink = z.strictObject({
  invoice_transaction_id: z.uuid(),
  invoice_pk: z.number(),
  transaction_pk: z.number(),
});

export interface NewPaymentLink {
  invoicePk: number;
  transactionPk: number;
  amount: string;
  currency: string;
  /** What it settles in the invoice's currency, where that is another one. */
  accountingAmount: string | null;
  accountingCurrency: string | null;
  /** The published rate between the two currencies, where one was used. */
  exchangeRatePk: number | null;
  confidence: number;
  edgeStatus: (typeof edgeStatuses)[number];
  allocationType: (typeof allocationTypes)[number];
  reasoning: string;
}

/**
 * Links a movement to an invoice by rule. A link that only waited for a person is confirmed when the rules have become
 * sure of it; no row when nothing changes.
 */
export const upsertPaymentLink = ({ workspacePk, link }: { workspacePk: number; link: NewPaymentLink }) =>
  sql.type(InsertedLink)`
    insert into invoice_transactions (
      workspace_pk, invoice_pk, transaction_pk, amount, currency, accounting_amount, accounting_currency,
      exchange_rate_pk, match_method, confidence, edge_status, allocation_type, reasoning
    )
    values (
      ${workspacePk}, ${link.invoicePk}, ${link.transactionPk}, ${link.amount}::numeric,
      ${link.currency}::currency_code_enum, ${link.accountingAmount}::numeric,
      ${link.accountingCurrency}::currency_code_enum, ${link.exchangeRatePk}, 'rule_matched', ${link.confidence}::float8::numeric,
      ${link.edgeStatus}::edge_status_enum, ${link.allocationType}::allocation_type_enum, ${link.reasoning}
    )
    on conflict (invoice_pk, transaction_pk) where deleted_at is null do update
    set amount = excluded.amount,
        currency = excluded.currency,
        accounting_amount = excluded.accounting_amount,
        accounting_currency = excluded.accounting_currency,
        exchange_rate_pk = excluded.exchange_rate_pk,
        confidence = excluded.confidence,
        edge_status = excluded.edge_status,
        allocation_type = excluded.allocation_type,
        reasoning = excluded.reasoning
    where invoice_transactions.edge_status = 'provisional'
      and invoice_transactions.match_method = 'rule_matched'
      and excluded.edge_status = 'confirmed'
    returning invoice_transaction_id, invoice_pk, transaction_pk`;

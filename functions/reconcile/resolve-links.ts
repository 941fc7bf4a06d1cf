import type { TaskRow } from '../../shared/db/enrichment-tasks.ts';
import {
  confirmPaymentLinks,
  declinePaymentLinks,
  listPaymentLinks,
  listProposedLinks,
  type PaymentLinkRow,
} from '../../shared/db/invoice-transactions.ts';
import { recomputePaymentStatus } from '../../shared/db/invoices.ts';
import { findMovement, lockMatching } from '../../shared/db/movements.ts';
import { findPayable } from '../../shared/db/payables.ts';
import type { Db } from '../../shared/db/sql.ts';
import { formatAmount } from '../../shared/domain/money.ts';
import { nameKey } from '../../shared/domain/names.ts';
import type { Approval } from '../../shared/domain/outcomes.ts';
import { toInvoice, toTransaction } from './load-candidates.ts';
import { readBills, readMovements } from './payment-records.ts';
import { whyOutdated } from './proposal-holds.ts';
import { PaymentOutput } from './schema.ts';

const proposedBy = ({ output }: TaskRow) => {
  const { links } = PaymentOutput.parse(output);
  const proposed = links.filter(({ edge_status }) => edge_status === 'provisional');
  return { links, proposed, linkIds: proposed.map((link) => link.invoice_transaction_id) };
};

/** Confirms the links that the task proposed, all of them or none. */
export async function approveLinks(db: Db, task: TaskRow): Promise<Approval> {
  const { workspace_pk: workspacePk } = task;
  const { links, proposed, linkIds } = proposedBy(task);
  await db.query(lockMatching({ workspacePk }));
  const rows = await db.any(listProposedLinks({ workspacePk, linkIds }));
  const amounts = new Map(rows.map((row) => [row.invoice_transaction_id, row.amount]));
  if (rows.some((row) => row.declined)) return { outdated: 'A link of the proposal has been declined.' };
  if (proposed.some((link) => amounts.get(link.invoice_transaction_id) !== formatAmount(link.amount)))
    return { outdated: 'A link of the proposal has been replaced by a surer one.' };

  // What the rules have become sure of by themselves needs no confirmation.
  const waiting = rows.filter((row) => row.edge_status === 'provisional');
  const reason = whyOutdated(await loadRecords(db, workspacePk, waiting));
  if (reason !== null) return { outdated: reason };
  await db.query(confirmPaymentLinks({ workspacePk, linkPks: waiting.map((row) => row.pk) }));
  for (const invoicePk of [...new Set(waiting.map((row) => row.invoice_pk))].sort((a, b) => a - b))
    await recomputePaymentStatus(db, { workspacePk, invoicePk });
  return { applied: { links: links.map((link) => ({ ...link, edge_status: 'confirmed' })) } };
}

/** Deletes the links that the task proposed; what has been confirmed since stands. */
export async function declineLinks(db: Db, task: TaskRow): Promise<void> {
  const { workspace_pk: workspacePk } = task;
  await db.query(lockMatching({ workspacePk }));
  await db.query(declinePaymentLinks({ workspacePk, linkIds: proposedBy(task).linkIds }));
}

/** Both sides of the proposed links, and everything that is confirmed on either of them. */
async function loadRecords(
  db: Db,
  workspacePk: number,
  waiting: readonly (PaymentLinkRow & { invoice_pk: number; transaction_pk: number })[],
) {
  const beside = await db.any(
    listPaymentLinks({
      workspacePk,
      invoicePks: waiting.map((row) => row.invoice_pk),
      transactionPks: waiting.map((row) => row.transaction_pk),
    }),
  );
  const confirmed = beside.filter((link) => !link.declined && link.edge_status === 'confirmed');
  const invoiceIds = new Set([...waiting, ...confirmed].map((link) => link.invoice_id));
  const transactionIds = new Set(waiting.map((link) => link.transaction_id));
  const payables = [];
  for (const invoiceId of invoiceIds)
    payables.push(await db.maybeOne(findPayable({ workspacePk, invoiceId })));
  const transactions = [];
  for (const transactionId of transactionIds)
    transactions.push(await db.maybeOne(findMovement({ workspacePk, transactionId })));

  const byId = <T extends { id: string }>(records: readonly T[]) =>
    new Map(records.map((each) => [each.id, each]));
  return {
    proposed: waiting.map(asExisting),
    confirmed: confirmed.map(asExisting),
    movements: byId(readMovements(transactions.flatMap((row) => (row ? [toTransaction(row)] : []))).records),
    bills: byId(
      readBills(
        payables.flatMap((row) => (row ? toInvoice(row) : [])),
        nameKey,
      ).records,
    ),
  };
}

const asExisting = (link: PaymentLinkRow) => ({ ...link, settles: link.accounting_amount });

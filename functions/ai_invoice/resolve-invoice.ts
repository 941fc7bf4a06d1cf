import { findAccountByIban } from '../../shared/db/accounts.ts';
import type { TaskRow } from '../../shared/db/enrichment-tasks.ts';
import {
  type EnrichableInvoiceField,
  enrichableInvoiceFields,
  type InvoiceRow,
  lockInvoice,
  recomputePaymentStatus,
  setInvoiceParties,
  updateInvoiceFields,
} from '../../shared/db/invoices.ts';
import { findPaymentMeans, insertPaymentMeans, linkPaymentMeans } from '../../shared/db/payment-means.ts';
import type { Db } from '../../shared/db/sql.ts';
import { afterInvoiceApproved } from '../../shared/domain/follow-up-map.ts';
import type { Approval, Provenance } from '../../shared/domain/outcomes.ts';
import { standing } from './invoice-fields.ts';
import { approvedSides } from './record-sides.ts';
import { AiInvoiceOutput } from './schema.ts';

/**
 * Writes what was proposed, now as a person's word, and accepts an account that the issuer never had before. What a
 * person has changed since the proposal is not written over.
 */
export async function approveInvoice(db: Db, task: TaskRow): Promise<Approval> {
  const { workspace_pk: workspacePk } = task;
  const { proposal, conflicts = [], applied = [] } = AiInvoiceOutput.parse(task.output);
  if (!proposal) throw new Error('a task waits for approval without a proposal');
  const { entity_type, entity_id, fields: proposed } = proposal;
  const invoice = await db.maybeOne(lockInvoice({ workspacePk, invoiceId: entity_id }));
  if (!invoice) return { outdated: 'The invoice was deleted meanwhile.' };

  const fields: Partial<Record<EnrichableInvoiceField, string>> = {};
  for (const field of enrichableInvoiceFields) {
    const value = proposed[field];
    const current = standing(invoice, field);
    if (value === undefined || current === String(value)) continue;
    const before = conflicts.find((conflict) => conflict.field === field && conflict.proposed === value);
    if (current !== (before?.current ?? null))
      return { outdated: `The ${field} of the invoice has been changed meanwhile.` };
    fields[field] = String(value);
  }
  const sides = await approvedSides(db, { workspacePk, invoice, proposed, conflicts });
  if ('outdated' in sides) return sides;
  const written = [...Object.keys(fields), ...sides.written];
  const key = { workspacePk, invoicePk: invoice.pk };
  if (sides.written.length > 0) await db.one(setInvoiceParties({ ...key, ...sides.pks }));
  if (Object.keys(fields).length > 0) await db.one(updateInvoiceFields({ ...key, fields }));
  const account = conflicts.find(({ field }) => field === 'iban');
  if (account) await acceptAccount(db, workspacePk, invoice, String(account.proposed));
  const position = await recomputePaymentStatus(db, key);

  const byPerson = (field: string): Provenance => ({
    ...{ entity_type, entity_id, field },
    ...{ source: 'user', confidence: 1 },
  });
  return {
    applied: {
      invoice_id: entity_id,
      applied: [...applied, ...written],
      payment: 'halt' in position ? { halt: position.halt } : { payment_status: position.payment_status },
    },
    provenance: written.map(byPerson),
    followUps: written.length > 0 || account ? afterInvoiceApproved(entity_id) : [],
  };
}

/** What stands in the invoice was never written over, so there is nothing to undo. */
export async function keepInvoice(): Promise<void> {}

/** The account is kept beside the invoice already; from now on the issuer is known to be paid on it. */
async function acceptAccount(db: Db, workspacePk: number, { pk, issuer_pk }: InvoiceRow, iban: string) {
  const account = await db.maybeOne(findAccountByIban({ workspacePk, iban }));
  if (!account || issuer_pk === null) return;
  const owner = { workspacePk, accountPk: account.pk, companyPk: issuer_pk };
  const means = (await db.maybeOne(findPaymentMeans(owner))) ?? (await db.one(insertPaymentMeans(owner)));
  await db.query(linkPaymentMeans({ workspacePk, invoicePk: pk, paymentMeansPk: means.pk }));
}

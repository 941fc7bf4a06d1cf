import { lockRecordCreation } from '../../shared/db/companies.ts';
import { type DocumentRow, findDocument, markDocument } from '../../shared/db/documents.ts';
import { listProvenance } from '../../shared/db/field-provenance.ts';
import {
  attachDocument,
  type InvoiceRow,
  insertInvoice,
  lockInvoiceLike,
  lockInvoiceOfDocument,
  recomputePaymentStatus,
  setInvoiceParties,
  updateInvoiceFields,
} from '../../shared/db/invoices.ts';
import type { Db } from '../../shared/db/sql.ts';
import { decideWrites, type SetBy, setByField } from '../../shared/domain/field-writes.ts';
import { CONFIDENCE_FILL } from '../../shared/domain/limits.ts';
import { failed, halted, type Outcome } from '../../shared/domain/outcomes.ts';
import { fieldStates, valuesOf } from './invoice-fields.ts';
import type { MappedInvoice } from './map-invoice.ts';
import { recordContacts } from './record-contacts.ts';
import { recordItems } from './record-items.ts';
import { describeParties, type Party, resolveParty } from './record-parties.ts';
import { recordPaymentMeans } from './record-payment-means.ts';
import { decideSides, type Side } from './record-sides.ts';
import { report } from './report.ts';
import type { Understood } from './understand.ts';

export interface InvoiceJob {
  workspacePk: number;
  ownCompanyPk: number | null;
  document: DocumentRow;
  /** The invoice to refresh; null where the document makes one. */
  invoiceId: string | null;
  /** Columns to write, `parties`, `items` and `payment_means`; null means all. */
  targetFields: readonly string[] | null;
  force: boolean;
  understood: Understood;
  mapped: MappedInvoice;
}

/**
 * Everything that reading an invoice changes, in the closing transaction: companies, the invoice or the one it
 * repeats, its lines, its accounts, its payment status, and what its document says about itself.
 */
export async function recordInvoice(db: Db, job: InvoiceJob): Promise<Outcome> {
  const { workspacePk, ownCompanyPk, document, invoiceId, mapped, force } = job;
  const wants = (field: string) => job.targetFields === null || job.targetFields.includes(field);
  await db.query(lockRecordCreation({ workspacePk }));
  // It may have been deleted since it was read, and no invoice is written without its document.
  if (!(await db.maybeOne(findDocument({ workspacePk, documentId: document.document_id }))))
    return failed('NOT_FOUND', 'the document was deleted meanwhile');

  const existing = await db.maybeOne(
    lockInvoiceOfDocument({ workspacePk, documentPk: document.pk, invoiceId }),
  );
  if (invoiceId && !existing) return failed('NOT_FOUND', 'the invoice was deleted meanwhile');
  const wantsSide = (side: Side) => wants('parties') || wants(side);
  const issuer = wantsSide('issuer') ? await resolveParty(db, workspacePk, mapped.supplier) : null;
  const repeated = existing ? null : await db.maybeOne(lockInvoiceLike(likenessOf(job, issuer)));
  if (repeated) return haltAsDuplicate(db, job, repeated);
  const receiver = wantsSide('receiver') ? await resolveParty(db, workspacePk, mapped.customer) : null;

  const setBy = existing ? await setByOf(db, workspacePk, existing) : new Map<string, SetBy>();
  const sides = await decideSides(db, {
    ...{ workspacePk, invoice: existing, setBy, force },
    parties: { issuer, receiver },
    asks: (side) => job.targetFields !== null && wantsSide(side),
  });
  const invoice = existing
    ? await db.one(setInvoiceParties({ workspacePk, invoicePk: existing.pk, ...sides.pks }))
    : await db.one(
        insertInvoice({ workspacePk, documentPk: document.pk, ...sides.pks, status: statusOf(mapped) }),
      );
  const key = { workspacePk, invoicePk: invoice.pk };

  const fields = decideWrites(fieldStates(invoice, setBy, mapped, wants), { force });
  const { local_currency: currency } = await db.one(
    updateInvoiceFields({ ...key, fields: valuesOf(fields) }),
  );
  const items = wants('items')
    ? await recordItems(db, {
        ...key,
        currency,
        setBy: setBy.get('items') ?? null,
        items: mapped.items,
        force,
      })
    : { write: [], skipped: [] };
  const payment = wants('payment_means')
    ? await recordPaymentMeans(db, {
        ...key,
        issuerPk: invoice.issuer_pk,
        ownIssuer: invoice.issuer_pk !== null && invoice.issuer_pk === ownCompanyPk,
        payment: mapped.payment,
      })
    : { provenance: [], unknownAccount: null };
  const position = await recomputePaymentStatus(db, key);
  await markExtracted(db, job, 'ai_invoice');

  const parties = [issuer, receiver].filter((party) => party !== null);
  const contacts = await recordContacts(db, { workspacePk, ownCompanyPk, parties });
  return report(job, {
    invoice,
    created: existing === null,
    sides,
    fields,
    items,
    payment,
    position,
    parties,
    contacts,
    described: await describeParties(db, { workspacePk, ownCompanyPk, invoice, parties, contacts }),
  });
}

const setByOf = async (db: Db, workspacePk: number, { invoice_id: entityId }: InvoiceRow) =>
  setByField(await db.any(listProvenance({ workspacePk, entityType: 'invoice', entityId })));

/** Without a total that can be trusted it is a draft, until somebody completes it. */
const statusOf = ({ fields }: MappedInvoice) =>
  (fields.grand_total?.confidence ?? 0) >= CONFIDENCE_FILL ? 'issued' : 'draft';

const likenessOf = ({ workspacePk, mapped: { fields } }: InvoiceJob, issuer: Party | null) => {
  const sure = (field: keyof typeof fields) => {
    const proposal = fields[field];
    return proposal && proposal.confidence >= CONFIDENCE_FILL ? proposal.value : null;
  };
  return {
    workspacePk,
    issuerPk: issuer?.company.pk ?? null,
    number: sure('invoice_number'),
    reference: sure('reference_number'),
    grandTotal: sure('grand_total'),
    issueDate: sure('issue_date'),
    creditNote: fields.document_type_code?.value === '381',
  };
};

/** The invoice is there already; all that this document can add is itself, as its evidence. */
async function haltAsDuplicate(
  db: Db,
  job: InvoiceJob,
  { pk: invoicePk, invoice_id }: InvoiceRow,
): Promise<Outcome> {
  const { workspacePk, document, understood } = job;
  const attached = await db.maybeOne(attachDocument({ workspacePk, invoicePk, documentPk: document.pk }));
  await markExtracted(db, job, 'ai_invoice:duplicate_invoice');
  return halted('duplicate_invoice', 'the workspace has this invoice already', {
    invoice_id,
    created: false,
    attached: attached !== null,
    structured_extraction_id: understood.structuredId,
    cached: understood.cached,
    model: understood.model,
  });
}

const markExtracted = (db: Db, { workspacePk, document }: InvoiceJob, stage: string) =>
  db.query(markDocument({ workspacePk, documentId: document.document_id, status: 'extracted', stage }));

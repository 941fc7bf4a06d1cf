import { type CompanyIdentity, findCompanyByPk } from '../../shared/db/companies.ts';
import { findLatestExtraction } from '../../shared/db/document-extractions.ts';
import { findDocument, findDocumentByPk, markDocument } from '../../shared/db/documents.ts';
import { findInvoice } from '../../shared/db/invoices.ts';
import type { Db } from '../../shared/db/sql.ts';
import { findProcessingSettings } from '../../shared/db/workspaces.ts';
import { beforeInvoiceRead } from '../../shared/domain/follow-up-map.ts';
import { type FollowUp, failed, halted } from '../../shared/domain/outcomes.ts';
import { defineEnrichment, type Ending, type Run } from '../../shared/tasks/define-enrichment.ts';
import { isRecognisable } from './invoice-fields.ts';
import { mapInvoice } from './map-invoice.ts';
import { recordInvoice } from './record-invoice.ts';
import { approveInvoice, keepInvoice } from './resolve-invoice.ts';
import { AiInvoiceInput, AiInvoiceOutput } from './schema.ts';
import { type Readers, understand } from './understand.ts';

export const aiInvoice = defineEnrichment<AiInvoiceInput, Readers>({
  type: 'ai_invoice',
  input: AiInvoiceInput,
  output: AiInvoiceOutput,

  async run(run, { read, write, log, model, documents }) {
    const { input, task, workspacePk, targetFields } = run;
    const { force = false, allow_model: allowModel = true } = input;
    if (namesAnother(run)) return failed('INPUT_INVALID', 'the input names another target than the task');
    const { settings, document, extraction, ownCompany } = await read((db) => findSubject(db, run));
    if (!settings) return failed('NOT_FOUND', 'the workspace is gone');
    if (!document) return failed('NOT_FOUND', 'there is no document to read an invoice from');

    const stopped =
      (code: string, detail: string, followUps: FollowUp[] = []): Ending =>
      async (db) => {
        const { document_id: documentId, processing_status: status } = document;
        await db.query(markDocument({ workspacePk, documentId, status, stage: `ai_invoice:${code}` }));
        return halted(code, detail, {}, { followUps });
      };
    if (!extraction)
      return stopped(
        'not_extracted',
        'the document has to be read first',
        beforeInvoiceRead(document.document_id, { allowModel }),
      );

    const options = {
      ...(ownCompany ? { ownCompany: ownCompanyOf(ownCompany) } : {}),
      ...(settings.country ? { country: settings.country } : {}),
    };
    const understood = await understand(
      { run, document, extraction, options, force, allowModel },
      { read, write, log, model, documents },
    );
    if ('status' in understood && understood.status === 'failed')
      return failed(understood.code, understood.message);
    if ('status' in understood) return stopped(understood.code, understood.message);

    const mapped = mapInvoice(understood.invoice);
    if (!isRecognisable(mapped))
      return stopped('low_confidence', 'neither a number nor a total is sure enough to propose');
    const job = {
      workspacePk,
      ownCompanyPk: settings.own_company_pk,
      document,
      invoiceId: task.entity_type === 'invoice' ? task.entity_id : null,
      targetFields,
      force,
      understood,
      mapped,
    };
    return (db) => recordInvoice(db, job);
  },

  async onFailed(db, { task: { workspace_pk: workspacePk, entity_type, entity_id: documentId }, error }) {
    // A refresh that fails takes nothing from the document, which was read before.
    if (entity_type !== 'document') return;
    await db.query(markDocument({ workspacePk, documentId, status: 'failed', stage: 'ai_invoice', error }));
  },

  resolve: { approve: approveInvoice, reject: keepInvoice },
});

type Job = Run<AiInvoiceInput>;

const namesAnother = ({ input, task }: Job) => {
  const named = task.entity_type === 'invoice' ? input.invoice_id : input.document_id;
  return named !== undefined && named !== task.entity_id;
};

/** Everything that is read before the work: the document, or the one that a refreshed invoice rests on, and its text. */
async function findSubject(db: Db, { input, task, workspacePk }: Job) {
  const settings = await db.maybeOne(findProcessingSettings({ workspacePk }));
  const document = await findTarget(db, workspacePk, task);
  const ownPk = settings?.own_company_pk ?? null;
  return {
    settings,
    document,
    extraction: document
      ? await db.maybeOne(
          findLatestExtraction({
            workspacePk,
            documentPk: document.pk,
            extractionId: input.document_extraction_id ?? null,
          }),
        )
      : null,
    ownCompany: ownPk === null ? null : await db.maybeOne(findCompanyByPk({ workspacePk, pk: ownPk })),
  };
}

async function findTarget(db: Db, workspacePk: number, { entity_type, entity_id }: Job['task']) {
  if (entity_type !== 'invoice') return db.maybeOne(findDocument({ workspacePk, documentId: entity_id }));
  const invoice = await db.maybeOne(findInvoice({ workspacePk, invoiceId: entity_id }));
  if (!invoice?.document_pk) return null;
  return db.maybeOne(findDocumentByPk({ workspacePk, pk: invoice.document_pk }));
}

const ownCompanyOf = ({ name, canonical_tax_id }: CompanyIdentity) => ({
  name,
  ...(canonical_tax_id ? { vat_id: canonical_tax_id } : {}),
});

import { companyMonthId, monthId } from './close-ids.ts';
import {
  applyRule,
  type ComputedColumn,
  type ComputedRecord,
  type ComputedRule,
  computeColumn,
} from './computing-tasks.ts';
import type { SourceChannel } from './enrichment-types.ts';
import type { FollowUp } from './outcomes.ts';

/**
 * What follows what: the one table of which tasks a change of a record asks for. Each function names a change and
 * answers the tasks, in the order they are to be dispatched. Loops end by depth (`FOLLOWUP_DEPTH_MAX`) and because a
 * task with an equal input is not made again.
 */

/** What somebody already knows about a company; evidence, not truth. */
export interface CompanyHints {
  name?: string | null;
  domain?: string | null;
  tax_id?: string | null;
  country?: string | null;
}

/** What somebody already knows about a person. */
export interface PersonHints {
  full_name?: string | null;
  email?: string | null;
  phone?: string | null;
  job_title?: string | null;
  company_id?: string | null;
  linkedin_url?: string | null;
  /** The block of text they sign with. */
  signature?: string | null;
}

const withChannel = (channel: SourceChannel | null | undefined) =>
  channel ? { source_channel: channel } : {};

/** Said only where it is forbidden, so that the usual input stays the same. */
const modelRule = (allowModel: boolean) => (allowModel ? {} : { allow_model: false });

const aiCompany = (
  companyId: string,
  hints: CompanyHints | undefined,
  channel: SourceChannel | null,
): FollowUp => ({
  enrichment_type: 'ai_company',
  entity_type: 'company',
  entity_id: companyId,
  input: { company_id: companyId, ...(hints ? { hints } : {}) },
  ...withChannel(channel),
});

const aiPeople = (
  personId: string,
  hints: PersonHints | undefined,
  channel: SourceChannel | null,
): FollowUp => ({
  enrichment_type: 'ai_people',
  entity_type: 'person',
  entity_id: personId,
  input: { person_id: personId, ...(hints ? { hints } : {}) },
  ...withChannel(channel),
});

const logo = (companyId: string, channel: SourceChannel | null, domain?: string | null): FollowUp => ({
  enrichment_type: 'logo',
  entity_type: 'company',
  entity_id: companyId,
  input: { company_id: companyId, ...(domain ? { domain } : {}) },
  ...withChannel(channel),
});

const providerScore = (companyId: string, channel: SourceChannel | null): FollowUp => ({
  enrichment_type: 'provider_score',
  entity_type: 'company',
  entity_id: companyId,
  input: { company_id: companyId },
  ...withChannel(channel),
});

const reconcileTransaction = (transactionId: string, channel: SourceChannel | null): FollowUp => ({
  enrichment_type: 'reconcile',
  entity_type: 'transaction',
  entity_id: transactionId,
  input: { transaction_id: transactionId },
  ...withChannel(channel),
});

/** A document was stored, and its workspace wants uploads read. */
export const afterDocumentStored = (documentId: string, channel: SourceChannel): FollowUp[] => [
  {
    enrichment_type: 'ocr_extract',
    entity_type: 'document',
    entity_id: documentId,
    input: { document_id: documentId },
    source_channel: channel,
  },
];

/** The text of a document that looks like an invoice was read. */
export const afterDocumentRead = (documentId: string, extractionId: string): FollowUp[] => [
  {
    enrichment_type: 'ai_invoice',
    entity_type: 'document',
    entity_id: documentId,
    input: { document_id: documentId, document_extraction_id: extractionId },
    source_channel: 'ocr_completion',
  },
];

/** An invoice was asked for, and nobody has read the text of its document. */
export const beforeInvoiceRead = (
  documentId: string,
  { allowModel }: { allowModel: boolean },
): FollowUp[] => [
  {
    enrichment_type: 'ocr_extract',
    entity_type: 'document',
    entity_id: documentId,
    input: { document_id: documentId, ...modelRule(allowModel) },
    source_channel: 'manual',
  },
];

/** An invoice was read: parties that are new or thin, contacts it names, and its payment. */
export const afterInvoiceRead = (
  invoiceId: string,
  {
    companies = [],
    people = [],
  }: {
    companies?: readonly { companyId: string; hints?: CompanyHints }[];
    people?: readonly { personId: string; hints?: PersonHints }[];
  },
): FollowUp[] => [
  ...companies.map(({ companyId, hints }) => aiCompany(companyId, hints, 'ocr_completion')),
  ...people.map(({ personId, hints }) => aiPeople(personId, hints, 'ocr_completion')),
  {
    enrichment_type: 'reconcile',
    entity_type: 'invoice',
    entity_id: invoiceId,
    input: { invoice_id: invoiceId },
    source_channel: 'ocr_completion',
  },
];

/** A person approved other values of an invoice, which are other evidence for its payment. */
export const afterInvoiceApproved = (invoiceId: string): FollowUp[] => [
  {
    enrichment_type: 'reconcile',
    entity_type: 'invoice',
    entity_id: invoiceId,
    input: { invoice_id: invoiceId, force: true },
    source_channel: 'manual',
  },
];

/** A company was enriched. The channel is the finished task's own, which follow-ups inherit. */
export const afterCompanyEnriched = (
  companyId: string,
  { needsLogo, identityChanged }: { needsLogo: boolean; identityChanged: boolean },
): FollowUp[] => [
  ...(needsLogo ? [logo(companyId, null)] : []),
  ...(identityChanged
    ? [
        {
          enrichment_type: 'reconcile',
          entity_type: 'company',
          entity_id: companyId,
          input: { company_id: companyId },
        } satisfies FollowUp,
      ]
    : []),
];

/** A person was enriched. */
export const afterPersonEnriched = (personId: string, { emailAdded }: { emailAdded: boolean }): FollowUp[] =>
  emailAdded
    ? [
        {
          enrichment_type: 'reconcile',
          entity_type: 'person',
          entity_id: personId,
          input: { person_id: personId },
        },
      ]
    : [];

/**
 * Two records were merged, and another one looks like the record that stayed. Nothing else follows a merge: what the
 * other one was asked about moved with it.
 */
export const afterRecordsMerged = (
  entityType: 'company' | 'person' | 'account',
  { primaryId, secondaryId }: { primaryId: string; secondaryId: string },
): FollowUp[] => [
  {
    enrichment_type: 'reconcile',
    entity_type: entityType,
    entity_id: primaryId,
    // Without the record that went it would be the task that is just ending.
    input: { [`${entityType}_id`]: primaryId, merged_id: secondaryId },
  },
];

/** A bank feed brought movements, of these counterparties. */
export const afterBankSync = ({
  transactionIds,
  companyIds,
}: {
  transactionIds: readonly string[];
  companyIds: readonly string[];
}): FollowUp[] => [
  ...transactionIds.map((id) => reconcileTransaction(id, 'bank_sync')),
  ...companyIds.map((id) => providerScore(id, 'bank_sync')),
];

/** Somebody added a company. */
export const afterCompanyCreated = (companyId: string, hints?: CompanyHints): FollowUp[] => [
  aiCompany(companyId, hints, 'company_create'),
  logo(companyId, 'company_create'),
  providerScore(companyId, 'company_create'),
];

/** Somebody added a person. */
export const afterPersonCreated = (personId: string, hints?: PersonHints): FollowUp[] => [
  aiPeople(personId, hints, 'person_create'),
];

/** A person changed the domain of a company by hand. */
export const afterDomainEdited = (companyId: string, domain: string): FollowUp[] => [
  logo(companyId, 'cell_edit', domain),
];

/** The close of a month found expenses of a counterparty without a document. */
export const afterGapsFound = (companyId: string): FollowUp[] => [providerScore(companyId, null)];

/** A backfill found a document that nobody ever read. */
export const documentNeedsText = (documentId: string, { allowModel }: { allowModel: boolean }): FollowUp => ({
  enrichment_type: 'ocr_extract',
  entity_type: 'document',
  entity_id: documentId,
  input: { document_id: documentId, ...modelRule(allowModel) },
  source_channel: 'manual',
});

/** A backfill found a text that no invoice was read from. */
export const textNeedsInvoice = (
  documentId: string,
  extractionId: string,
  { allowModel }: { allowModel: boolean },
): FollowUp => ({
  enrichment_type: 'ai_invoice',
  entity_type: 'document',
  entity_id: documentId,
  input: { document_id: documentId, document_extraction_id: extractionId, ...modelRule(allowModel) },
  source_channel: 'manual',
});

/** A backfill found an invoice that nothing was paid for. */
export const invoiceNeedsPayment = (invoiceId: string): FollowUp => ({
  enrichment_type: 'reconcile',
  entity_type: 'invoice',
  entity_id: invoiceId,
  input: { invoice_id: invoiceId },
  source_channel: 'manual',
});

/** The close of one month of a workspace. */
export const closeOfMonth = (workspaceId: string, month: string): FollowUp => ({
  enrichment_type: 'monthly_close',
  entity_type: 'month',
  entity_id: monthId(workspaceId, month),
  input: { record_id: month },
});

/** A month with uncovered expenses is closed: one subtask per counterparty. */
export const afterMonthOpened = (
  workspaceId: string,
  month: string,
  companyIds: readonly string[],
): FollowUp[] =>
  companyIds.map((companyId) => ({
    enrichment_type: 'monthly_close',
    entity_type: 'company_month',
    entity_id: companyMonthId(workspaceId, companyId, month),
    input: { record_id: month, company_id: companyId },
  }));

/**
 * The close of a month found expenses of a counterparty that nothing covers and open invoices of theirs. A link is found
 * from either side, so the fewer are matched.
 */
export const afterCandidatesFound = ({
  transactionIds,
  invoiceIds,
}: {
  transactionIds: readonly string[];
  invoiceIds: readonly string[];
}): FollowUp[] =>
  invoiceIds.length < transactionIds.length
    ? invoiceIds.map(
        (id): FollowUp => ({
          enrichment_type: 'reconcile',
          entity_type: 'invoice',
          entity_id: id,
          input: { invoice_id: id },
        }),
      )
    : transactionIds.map((id) => reconcileTransaction(id, null));

/**
 * A cell of a record changed: the columns and rules whose formula reads it, as shared/formula/dependents.ts finds them.
 * A person's edit has the channel `cell_edit`; what a worker wrote keeps the channel of its task, by null.
 */
export const afterCellEdited = (
  record: ComputedRecord,
  dependents: { columns: readonly ComputedColumn[]; rules: readonly ComputedRule[] },
  channel: SourceChannel | null = 'cell_edit',
): FollowUp[] =>
  [
    ...dependents.columns.map((column) => computeColumn(record, column)),
    ...dependents.rules.map((rule) => applyRule(record, rule)),
  ].map((followUp) => ({ ...followUp, ...withChannel(channel) }));

import { references } from '../../../shared/db/record-references.ts';

const uuid = '0b6f3c1e-9a55-4f0a-8d39-6c4c6f6a1a11';
const hash = `sha256:${'0'.repeat(64)}`;

const structuredKey = {
  workspacePk: 1,
  documentPk: 1,
  family: 'f',
  schemaName: 's',
  schemaVersion: '1',
  promptVersion: '1',
  modelPolicy: 'm',
  sourceChecksum: 'c',
  evidenceChecksum: 'e',
};
const extraction = {
  workspacePk: 1,
  documentPk: 1,
  parserName: 'p',
  parserVersion: '1',
  sourceChecksum: hash,
};

const owner = { kind: 'person', pk: 1 };
const contactAtoms = [
  { kind: 'email', value: 'v' },
  { kind: 'phone', value: 'v', label: 'mobile' },
  { kind: 'web_link', value: 'v' },
  { kind: 'location', street: 's', city: null, postal_code: 'p', region: null, country: 'FR' },
];

const span = { workspacePk: 1, from: '2026-03-01', to: '2026-03-31', settledBy: '2026-04-01' };
const merged = { workspacePk: 1, from: uuid, to: uuid };
const allReferences = Object.values(references).flat();
const scoredContent = { title: 't', status: 'open', score: 1, confidence: 1, references: [], metadata: {} };

const collectPages = [
  { filters: {}, after: null, descending: true },
  {
    filters: {
      status: ['todo'],
      provider: ['p'],
      task: uuid,
      created_at: { gte: '2026-03-01', lt: '2026-04-01' },
    },
    after: { key: '2026-03-01T00:00:00.000000Z', id: uuid },
    descending: true,
  },
  { filters: {}, after: { key: '2026-03-01T00:00:00.000000Z', id: uuid }, descending: false },
].map(({ descending, ...page }) => ({
  ...{ workspacePk: 1, limit: 20, sort: { key: 'created_at', descending } },
  ...page,
}));

const created = { key: 'created_at', descending: false };
const taskPages = [
  { limit: 1, sort: created, after: null },
  { limit: 1, sort: created, after: { key: '2026-03-01T00:00:00.000000Z', id: uuid } },
  {
    limit: 1,
    sort: { ...created, descending: true },
    after: { key: '2026-03-01T00:00:00.000000Z', id: uuid },
  },
];
const taskFilters = [
  {},
  {
    status: ['failed'],
    enrichment_type: ['logo', 'reconcile'],
    source_channel: ['manual'],
    entity_type: ['company'],
  },
  { status: ['failed', 'pending'], source_channel: ['manual', 'bank_sync'], entity_id: uuid },
  {
    status: ['failed', 'pending'],
    entity_type: ['company', 'person'],
    created_at: { gte: '2026-03-01T00:00:00.000Z' },
  },
  { batch_id: uuid, parent_task: uuid, created_at: { lt: '2026-03-01T00:00:00.000Z' } },
];

/**
 * Arguments for each statement of the data layer, keyed `<file> <name>`. One sample per shape that the statement can
 * take; the values are never sent.
 */
export const statementSamples: Record<string, object[]> = {
  'account-identity.ts findAccountRecord': [{ workspacePk: 1, accountId: uuid }],
  'account-identity.ts listAccountTwins': [{ workspacePk: 1, pk: 1, iban: null, accountNumber: null }],
  'account-identity.ts lockAccountRecords': [{ workspacePk: 1, accountIds: [uuid] }],

  'accounts.ts findAccountByIban': [{ workspacePk: 1, iban: 'i' }],
  'accounts.ts insertAccount': [
    { workspacePk: 1, iban: 'i', bic: null, accountName: null, ownership: 'unknown' },
  ],
  'accounts.ts listCompanyIbans': [{ workspacePk: 1, companyPk: 1 }],

  'api-keys.ts countApiKeys': [{ workspacePk: 1 }],
  'api-keys.ts deleteApiKey': [{ workspacePk: 1, apiKeyId: uuid }],
  'api-keys.ts findKeyHolder': [{ prefix: 'wsk_00000000000' }],
  'api-keys.ts insertApiKey': [
    { workspacePk: 1, membershipPk: 1, name: 'n', prefix: 'p', secretHash: hash, expiresAt: null },
  ],
  'api-keys.ts listApiKeys': [
    { workspacePk: 1, request: { limit: 1, sort: { key: 'created_at', descending: true }, after: null } },
    {
      workspacePk: 1,
      request: {
        limit: 1,
        sort: { key: 'created_at', descending: false },
        after: { key: '2026-03-01T00:00:00.000000Z', id: uuid },
      },
    },
  ],
  'api-keys.ts noteKeyUse': [{ workspacePk: 1, apiKeyPk: 1 }],

  'close-expenses.ts listCompanyExpenses': [{ ...span, companyPk: 1, meansPks: [1] }],
  'close-expenses.ts listCompanyMeans': [{ workspacePk: 1, companyPk: 1 }],
  'close-expenses.ts listOpenInvoices': [{ ...span, companyPk: 1 }],
  'close-expenses.ts listCounterparties': [span],
  'close-report.ts countBlockers': [span],
  'close-report.ts listGaps': [{ ...span, month: '2026-03', limit: 1 }],
  'close-report.ts listUnfinished': [{ workspacePk: 1, parentPk: 1, limit: 1 }],
  'close-report.ts summariseExpenses': [span],
  'close-report.ts totalGaps': [{ ...span, month: '2026-03', baseCurrency: 'EUR' }],

  'collect-lists.ts countCollects': collectPages.map(({ filters }) => ({ workspacePk: 1, filters })),
  'collect-lists.ts findCollect': [{ workspacePk: 1, collectId: uuid }],
  'collect-lists.ts listCollects': collectPages,
  'collect-sweep.ts beginCollectSweep': [{}],
  'collect-sweep.ts findNeglect': [{ workspacePk: 1, collectPk: 1, inactivityHours: 24 }],
  'collect-sweep.ts listCancelledCollects': [{ limit: 1 }],
  'collect-sweep.ts listIdleCollects': [null, { changed_at: '2026-03-01T00:00:00.000000Z', pk: 1 }].map(
    (after) => ({
      ...{ inactivityHours: 24, limit: 1 },
      after,
    }),
  ),
  'collects.ts deleteCollect': [{ workspacePk: 1, pk: 1 }],
  'collects.ts insertCollect': ['todo', 'in_progress', 'finalized'].map((status) => ({
    workspacePk: 1,
    peoplePk: 1,
    taskPk: null,
    provider: null,
    status,
  })),
  'collects.ts lockCollect': [{ workspacePk: 1, collectId: uuid }],
  'collects.ts lockUploadTarget': [{ workspacePk: 1, collectId: uuid }],
  'collects.ts updateCollect': [
    {
      pk: 1,
      workspacePk: 1,
      from: 'todo',
      to: { status: 'in_progress', provider: null, started_at: null, ended_at: null },
    },
  ],

  'companies.ts findCompany': [{ workspacePk: 1, companyId: uuid }],
  'company-gaps.ts findCompanyGap': [
    { workspacePk: 1, companyPk: 1, meansPks: [1], from: '2026-01-01', to: '2026-03-31' },
  ],

  'companies.ts findCompanyByPk': [{ workspacePk: 1, pk: 1 }],
  'companies.ts insertCounterparty': [
    {
      workspacePk: 1,
      company: {
        name: 'n',
        domain: null,
        domain_normalized: null,
        registered_name: null,
        trade_name: null,
        tax_id_value: null,
        tax_id_type: null,
        registered_value: null,
        registry_country: null,
        canonical_legal_name: null,
        canonical_tax_id: null,
        canonical_registry: null,
      },
    },
  ],
  'companies.ts listCompaniesLike': [
    { workspacePk: 1, taxId: null, domain: null, registry: null, legalName: null },
  ],
  'companies.ts lockRecordCreation': [{ workspacePk: 1 }],

  'contact-atoms.ts findContactAtom': contactAtoms.map((atom) => ({ workspacePk: 1, atom })),
  'contact-atoms.ts insertContactAtom': contactAtoms.map((atom) => ({ workspacePk: 1, atom, primary: true })),
  'contact-atoms.ts insertContactLink': contactAtoms.flatMap(({ kind }) => [
    { workspacePk: 1, owner, kind, atomPk: 1 },
    { workspacePk: 1, owner: { kind: 'company', pk: 1 }, kind, atomPk: 1 },
  ]),
  'contact-atoms.ts listContactLinks': contactAtoms.map((atom) => ({ workspacePk: 1, owner, atom })),
  'contact-atoms.ts listContacts': ['email', 'phone', 'web_link'].flatMap((kind) => [
    { workspacePk: 1, owner, kind },
    { workspacePk: 1, owner: { kind: 'company', pk: 1 }, kind },
  ]),
  'contact-atoms.ts listPlaces': [{ workspacePk: 1, owner }],

  'company-identity.ts findCompanyRecord': [{ workspacePk: 1, companyId: uuid }],
  'company-identity.ts findCompanyTies': [{ workspacePk: 1, leftPk: 1, rightPk: 2 }],
  'company-identity.ts listCompanyTwins': [
    {
      workspacePk: 1,
      pk: 1,
      keys: {
        canonical_tax_id: 't',
        domain_normalized: null,
        canonical_registry: null,
        canonical_legal_name: null,
      },
    },
  ],
  'company-identity.ts lockCompanyRecords': [{ workspacePk: 1, companyIds: [uuid] }],
  'company-profiles.ts findCompanyProfile': [{ workspacePk: 1, companyId: uuid }],
  'company-profiles.ts lockCompanyProfile': [{ workspacePk: 1, companyId: uuid }],
  'company-profiles.ts updateCompanyFields': [{ workspacePk: 1, companyPk: 1, fields: { name: 'n' } }],

  'custom-columns.ts confirmCell': [{ workspacePk: 1, customColumnPk: 1, recordId: uuid, taskPk: 1 }],
  'custom-columns.ts findCustomColumn': [{ workspacePk: 1, customColumnId: uuid }],
  'custom-columns.ts findStanding': [{ workspacePk: 1, customColumnPk: 1, recordId: uuid }],
  'custom-columns.ts listCells': [{ workspacePk: 1, root: 'invoices', recordIds: [uuid] }],
  'custom-columns.ts listCustomColumns': [{ workspacePk: 1, root: 'invoices' }],
  'custom-columns.ts writeCell': [
    {
      workspacePk: 1,
      customColumnPk: 1,
      root: 'invoices',
      recordId: uuid,
      value: { value: null },
      taskPk: 1,
      force: false,
    },
  ],

  'document-extractions.ts findExtraction': [extraction, { ...extraction, sourceChecksum: null }],
  'document-extractions.ts findLatestExtraction': [
    { workspacePk: 1, documentPk: 1, extractionId: uuid },
    { workspacePk: 1, documentPk: 1, extractionId: null },
  ],
  'document-extractions.ts saveExtraction': [{ ...extraction, text: 't', pageCount: 1, metadata: {} }],

  'document-structured-extractions.ts findStructuredExtraction': [structuredKey],
  'document-structured-extractions.ts listReadingsOfIssuer': [{ workspacePk: 1, companyPk: 1, limit: 5 }],
  'document-structured-extractions.ts saveStructuredExtraction': [
    { ...structuredKey, result: {}, mapped: {}, flags: [] },
  ],
  'document-structured-extractions.ts supersedeStructuredExtractions': [{ ...structuredKey, keep: uuid }],

  'document-uploads.ts insertDocument': [
    {
      workspacePk: 1,
      collectPk: null,
      bucket: 'b',
      path: 'p',
      filename: 'f',
      type: 't',
      size: 1,
      contentChecksum: hash,
      documentType: null,
    },
  ],

  'documents.ts findDocument': [{ workspacePk: 1, documentId: uuid }],
  'documents.ts findDocumentByPk': [{ workspacePk: 1, pk: 1 }],
  'documents.ts findEarlierCopy': [{ workspacePk: 1, pk: 1, contentChecksum: hash }],
  'documents.ts markDocument': [
    { workspacePk: 1, documentId: uuid, status: 'extracted', stage: 's' },
    { workspacePk: 1, documentId: uuid, status: 'failed', stage: 's', error: 'e', documentType: '380' },
  ],
  'documents.ts setContentChecksum': [{ workspacePk: 1, pk: 1, contentChecksum: hash }],
  'documents.ts startExtraction': [{ workspacePk: 1, documentId: uuid }],

  'enrichment-batches.ts completeBatch': [{ batchId: uuid }, { parentTaskPk: 1 }],
  'enrichment-batches.ts growBatch': [{ workspacePk: 1, batchId: uuid }],
  'enrichment-batches.ts growParentBatch': [{ workspacePk: 1, parentTaskPk: 1, count: 2 }],
  'enrichment-batches.ts insertBatch': [{ workspacePk: 1, batchId: uuid, expected: 2 }],
  'enrichment-batches.ts listForgottenBatches': [{ limit: 1 }],
  'enrichment-batches.ts lockBatch': [{ batchId: uuid }],

  'enrichment-task-commands.ts describeTask': [
    { workspacePk: 1, taskId: uuid, description: 'd', actor: 'a' },
    { workspacePk: 1, taskId: uuid, description: null, actor: 'a' },
  ],
  'enrichment-task-commands.ts findLiveRetry': [{ workspacePk: 1, pk: 1 }],
  'enrichment-task-commands.ts recordRetry': [{ pk: 1, retryPk: 2, actor: 'a' }],
  'enrichment-task-commands.ts softDeleteTask': [{ workspacePk: 1, pk: 1, actor: 'a' }],

  'enrichment-task-events.ts countTaskEvents': [{ workspacePk: 1, taskPk: 1 }],
  'enrichment-task-events.ts findTaskPk': [{ workspacePk: 1, taskId: uuid }],
  'enrichment-task-events.ts listTaskEvents': taskPages.map((page) => ({
    workspacePk: 1,
    taskPk: 1,
    ...page,
  })),

  'enrichment-task-lists.ts countBatch': [{ workspacePk: 1, batchId: uuid }],
  'enrichment-task-lists.ts countTasks': taskFilters.map((filters) => ({ workspacePk: 1, filters })),
  'enrichment-task-lists.ts listSubtaskViews': [{ workspacePk: 1, taskIds: [uuid], limit: 1 }],
  'enrichment-task-lists.ts listTasks': taskPages.flatMap((page) =>
    taskFilters.map((filters) => ({ workspacePk: 1, filters, ...page })),
  ),

  'enrichment-task-views.ts findTaskView': [{ workspacePk: 1, taskId: uuid }],
  'enrichment-task-views.ts isTaskOpen': [{ workspacePk: 1, taskId: uuid }],
  'enrichment-task-views.ts listTaskIds': [{ workspacePk: 1, pks: [1] }],
  'enrichment-task-views.ts lockTaskView': [{ workspacePk: 1, taskId: uuid }],
  'enrichment-task-views.ts listTaskViews': [{ workspacePk: 1, taskIds: [uuid] }],

  'enrichment-tasks.ts claimTask': [{ taskId: uuid, token: uuid, leaseSeconds: 60, actor: 'a' }],
  'enrichment-tasks.ts continueTask': [{ pk: 1, token: uuid, output: {}, description: null, actor: 'a' }],
  'enrichment-tasks.ts countSubtasks': [{ parentPk: 1 }],
  'enrichment-tasks.ts endApproval': [
    { pk: 1, action: 'approve', output: null, actor: 'a' },
    { pk: 1, action: 'reject', output: {}, actor: 'a' },
  ],
  'enrichment-tasks.ts findClaim': [{ taskId: uuid, token: uuid }],
  'enrichment-tasks.ts findLiveTasks': [{ workspacePk: 1, hashes: [hash] }],
  'enrichment-tasks.ts findTask': [{ workspacePk: 1, taskId: uuid }],
  'enrichment-tasks.ts finishTask': [
    { pk: 1, token: uuid, status: 'completed', output: {}, error: null, description: null, actor: 'a' },
    { pk: 1, token: uuid, status: 'failed', output: null, error: 'e', description: 'd', actor: 'a' },
  ],
  'enrichment-tasks.ts insertTasks': [
    { workspacePk: 1, rows: [], actor: 'a' },
    { workspacePk: 1, rows: [], batchId: uuid, retryOfPk: 1, actor: 'a' },
  ],
  'enrichment-tasks.ts listLiveCloses': [{ workspacePk: 1, entityIds: [uuid] }],
  'enrichment-tasks.ts listTasksByPk': [{ workspacePk: 1, pks: [1] }],
  'enrichment-tasks.ts lockTasksOf': [{ workspacePk: 1, taskIds: [uuid] }],
  'enrichment-tasks.ts listSubtaskIds': [{ parentPk: 1 }],
  'enrichment-tasks.ts lockClaim': [{ pk: 1, token: uuid }],
  'enrichment-tasks.ts lockTask': [{ pk: 1 }],
  'enrichment-tasks.ts lockTaskOf': [{ workspacePk: 1, taskId: uuid }],
  'enrichment-tasks.ts markDispatchFailed': [
    { messages: [{ pk: 1, generation: 0, reason: 'r' }], actor: 'a' },
  ],
  'enrichment-tasks.ts markDispatched': [{ messages: [{ pk: 1, generation: 0 }], actor: 'a' }],
  'enrichment-tasks.ts releaseTask': [{ pk: 1, token: uuid, reason: 'r', actor: 'a' }],
  'enrichment-tasks.ts renewLease': [{ pk: 1, token: uuid, leaseSeconds: 60 }],
  'enrichment-tasks.ts waitForSubtasks': [{ pk: 1, token: uuid, output: {}, description: null, actor: 'a' }],
  'enrichment-tasks.ts wakeParent': [{ pk: 1, actor: 'a' }],

  'exchange-rates.ts findExchangeRate': [{ between: ['EUR', 'USD'], day: '2026-03-01' }],
  'exchange-rates.ts listExchangeRates': [{ currencies: ['EUR'], from: '2026-03-01', to: '2026-03-31' }],

  'field-provenance.ts listProvenance': [{ workspacePk: 1, entityType: 'invoice', entityId: uuid }],
  'field-provenance.ts recordProvenance': [{ workspacePk: 1, taskPk: 1, fields: [] }],

  'field-rules.ts confirmRuleValue': [{ workspacePk: 1, fieldRulePk: 1, recordId: uuid, taskPk: 1 }],
  'field-rules.ts findFieldRule': [{ workspacePk: 1, fieldRuleId: uuid }],
  'field-rules.ts findFieldRuleOf': [{ workspacePk: 1, root: 'invoices', fieldKey: 'issuer.name' }],
  'field-rules.ts findRuleValue': [{ workspacePk: 1, fieldRulePk: 1, recordId: uuid }],
  'field-rules.ts listFieldRules': [{ workspacePk: 1, root: 'invoices' }],
  'field-rules.ts writeRuleValue': [
    { workspacePk: 1, fieldRulePk: 1, root: 'invoices', recordId: uuid, value: { value: null }, taskPk: 1 },
  ],

  'idempotency-keys.ts findKeptAnswer': [{ workspacePk: 1, endpoint: 'e', key: 'k' }],
  'idempotency-keys.ts keepAnswer': [
    {
      workspacePk: 1,
      endpoint: 'e',
      key: 'k',
      requestHash: hash,
      statusCode: 201,
      headers: {},
      response: {},
    },
  ],
  'idempotency-keys.ts takeIdempotencyKey': [{ workspacePk: 1, endpoint: 'e', key: 'k' }],
  'idempotency-keys.ts waitForWork': [{ seconds: 60 }],

  'included.ts findIncludedWorkspace': [{ workspacePk: 1 }],
  'included.ts listIncludedPeople': [{ workspacePk: 1, personIds: [uuid] }],
  'included.ts listIncludedTasks': [{ workspacePk: 1, taskIds: [uuid] }],

  'invoice-items.ts deleteOtherItems': [{ workspacePk: 1, invoicePk: 1, lineIds: ['1'] }],
  'invoice-items.ts listInvoiceItems': [{ workspacePk: 1, invoicePk: 1 }],
  'invoice-items.ts saveInvoiceItems': [{ workspacePk: 1, invoicePk: 1, currency: 'EUR', items: [] }],

  'invoice-transactions.ts confirmPaymentLinks': [{ workspacePk: 1, linkPks: [1] }],
  'invoice-transactions.ts declinePaymentLinks': [{ workspacePk: 1, linkIds: [uuid] }],
  'invoice-transactions.ts upsertPaymentLink': [
    {
      workspacePk: 1,
      link: {
        invoicePk: 1,
        transactionPk: 1,
        amount: '1.00',
        currency: 'EUR',
        accountingAmount: null,
        accountingCurrency: null,
        exchangeRatePk: null,
        confidence: 0.9,
        edgeStatus: 'confirmed',
        allocationType: 'full',
        reasoning: 'r',
      },
    },
  ],
  'invoice-transactions.ts listPaymentLinks': [{ workspacePk: 1, invoicePks: [1], transactionPks: [1] }],
  'invoice-transactions.ts listProposedLinks': [{ workspacePk: 1, linkIds: [uuid] }],

  'invoices.ts attachDocument': [{ workspacePk: 1, invoicePk: 1, documentPk: 1 }],
  'invoices.ts findInvoice': [{ workspacePk: 1, invoiceId: uuid }],
  'invoices.ts insertInvoice': [
    { workspacePk: 1, documentPk: 1, issuerPk: null, receiverPk: null, status: 'draft' },
  ],
  'invoices.ts listAllocations': [{ workspacePk: 1, invoicePk: 1 }],
  'invoices.ts lockForRecompute': [{ workspacePk: 1, invoicePk: 1 }],
  'invoices.ts lockInvoice': [{ workspacePk: 1, invoiceId: uuid }],
  'invoices.ts lockInvoiceLike': [1, null].map((issuerPk) => ({
    workspacePk: 1,
    issuerPk,
    number: 'n',
    reference: null,
    grandTotal: '1.00',
    issueDate: '2026-03-01',
    creditNote: false,
  })),
  'invoices.ts lockInvoiceOfDocument': [
    { workspacePk: 1, documentPk: 1, invoiceId: uuid },
    { workspacePk: 1, documentPk: 1, invoiceId: null },
  ],
  'invoices.ts setInvoiceParties': [{ workspacePk: 1, invoicePk: 1, issuerPk: 1, receiverPk: null }],
  'invoices.ts updateInvoiceFields': [{ workspacePk: 1, invoicePk: 1, fields: { grand_total: '1.00' } }],
  'invoices.ts writePaymentPosition': [
    {
      workspacePk: 1,
      invoicePk: 1,
      position: { payment_status: 'paid', paid_amount: '1.00', balance_due: '0.00' },
    },
  ],

  'memberships.ts listMemberships': [{ subject: 's' }],

  'model-usage.ts reserveModelUsage': [
    { workspacePk: 1, taskPk: 1, modelId: 'm', tokens: { input_tokens: 1, output_tokens: 1, cost: '0' } },
  ],
  'model-usage.ts settleModelUsage': [
    {
      ...{ workspacePk: 1, pk: 1, outcome: 'unavailable', answer: null },
      tokens: { input_tokens: 1, output_tokens: 1, cost: '0' },
    },
    {
      ...{ workspacePk: 1, pk: 1, outcome: 'answered' },
      tokens: { input_tokens: 1, output_tokens: 1, cost: '0' },
      answer: { modelId: 'm', promptHash: hash, answerHash: hash },
    },
  ],
  'model-usage.ts sumModelUsage': [{ workspacePk: 1, taskPk: 1 }],

  'monthly-closes.ts findCloseSettings': [{ workspacePk: 1 }],
  'monthly-closes.ts findCloseState': [{ workspacePk: 1, entityId: uuid }],
  'monthly-closes.ts findRivalClose': [{ workspacePk: 1, entityId: uuid, pk: 1 }],
  'monthly-closes.ts lockCloses': [{ workspacePk: 1 }],
  'merged-records.ts carryProvenance': [{ ...merged, type: 'company', fields: ['domain'] }],
  'merged-records.ts demotePrimaries': [
    { workspacePk: 1, owner: 'company', kind: 'email', from: 2, to: 1 },
    { workspacePk: 1, owner: 'person', kind: 'phone', from: 2, to: 1 },
  ],
  'merged-records.ts dropDoubleCells': [merged],
  'merged-records.ts fillRecord': [
    { workspacePk: 1, table: 'companies', pk: 1, fields: { domain: 'd', entity_kind: 'counterparty' } },
    { workspacePk: 1, table: 'accounts', pk: 1, fields: { currency: 'EUR' } },
  ],
  'merged-records.ts listDoubleMeans': [
    { workspacePk: 1, column: 'company_pk', pk: 1 },
    { workspacePk: 1, column: 'account_pk', pk: 1 },
  ],
  'merged-records.ts moveCells': [merged],
  'merged-records.ts moveRuleValues': [merged],
  'merged-records.ts moveTodoLinks': [merged],
  'merged-records.ts moveTodos': [merged],
  'merged-records.ts removeMerged': [{ workspacePk: 1, table: 'peoples', pk: 1 }],
  'merged-records.ts retargetTasks': [{ ...merged, type: 'company', taskPk: 1, actor: 'a' }],

  'movements.ts findMovement': [{ workspacePk: 1, transactionId: uuid }],
  'new-workspace.ts insertWorkspace': [
    {
      ...{ workspacePk: 1, companyPk: 1, workspaceId: uuid, name: 'n', country: 'FR', subject: null },
      ...{ firstName: 'f', lastName: 'l', key: { name: 'n', prefix: 'p', secretHash: hash } },
    },
  ],
  'new-workspace.ts reserveWorkspace': [{}],
  'payables.ts findPayable': [{ workspacePk: 1, invoiceId: uuid }],
  'movements.ts listMovements': [{ workspacePk: 1, pks: [1], incoming: true }],
  'payables.ts listPayables': [{ workspacePk: 1, pks: [1], incoming: true }],
  'match-ties.ts listMovementKeys': [
    {
      workspacePk: 1,
      from: '2026-03-01',
      to: '2026-03-31',
      amounts: ['1.00'],
      numbers: ['N1'],
      words: ['w'],
      ibans: ['i'],
      counterpartyIds: [uuid],
    },
  ],
  'match-ties.ts listPayableKeys': [
    {
      workspacePk: 1,
      from: '2026-03-01',
      to: '2026-03-31',
      amounts: ['1.00'],
      numbers: ['ABC1'],
      digits: ['12345'],
      words: ['w'],
      ibans: ['i'],
      counterpartyIds: [uuid],
    },
  ],
  'movements.ts listReceiptPayments': [{ workspacePk: 1, receipts: [], days: 7 }],
  'movements.ts lockMatching': [{ workspacePk: 1 }],

  'media.ts findLogoCompany': [{ workspacePk: 1, companyId: uuid }],
  'media.ts findLogoFile': [
    { workspacePk: 1, path: 'p' },
    { workspacePk: null, path: 'p' },
  ],
  'media.ts findLogoProvider': [{ workspacePk: 1, providerId: uuid }],
  'media.ts insertLogoFile': [
    { workspacePk: 1, path: 'p', label: 'l' },
    { workspacePk: null, path: 'p', label: 'l' },
  ],
  'media.ts linkCompanyMedia': [{ workspacePk: 1, companyPk: 1, mediaPk: 1 }],
  'media.ts listCompanyLogos': [{ workspacePk: 1, companyPk: 1 }],
  'media.ts listProviderLogos': [{ workspacePk: 1, providerPk: 1 }],
  'media.ts lockLogos': [{ ownerId: uuid }],
  'media.ts setProviderLogo': [{ providerPk: 1, mediaPk: 1 }],
  'media.ts unlinkCompanyMedia': [{ workspacePk: 1, companyPk: 1, mediaPk: 1 }],

  'payment-means.ts findPaymentMeans': [{ workspacePk: 1, accountPk: 1, companyPk: null }],
  'payment-means.ts insertPaymentMeans': [{ workspacePk: 1, accountPk: 1, companyPk: null }],
  'payment-means.ts linkPaymentMeans': [{ workspacePk: 1, invoicePk: 1, paymentMeansPk: 1 }],

  'peoples.ts findPerson': [{ workspacePk: 1, personId: uuid }],
  'peoples.ts findRemovedPerson': [{ workspacePk: 1, companyPk: 1, fullName: 'f' }],
  'peoples.ts insertCompanyPerson': [
    { workspacePk: 1, personPk: 1, companyPk: 1, relationshipType: 'contact' },
  ],
  'peoples.ts insertPerson': [
    { workspacePk: 1, person: { full_name: 'f', first_name: '', last_name: '', job_title: null } },
  ],
  'peoples.ts listCompaniesOfPerson': [{ workspacePk: 1, personPk: 1 }],
  'peoples.ts listPeopleByEmail': [{ workspacePk: 1, email: 'e' }],
  'peoples.ts listPeopleByName': [{ workspacePk: 1, companyPk: 1, fullName: 'f' }],
  'peoples.ts lockPerson': [{ workspacePk: 1, personId: uuid }],
  'peoples.ts updatePersonFields': [
    { workspacePk: 1, personPk: 1, fields: {} },
    { workspacePk: 1, personPk: 1, fields: { job_title: 'j' } },
  ],

  'providers.ts listProvidersLike': [
    { workspacePk: 1, words: ['w'], domain: 'd' },
    { workspacePk: 1, words: [], domain: null },
  ],
  'person-identity.ts findPersonRecord': [{ workspacePk: 1, personId: uuid }],
  'person-identity.ts listPersonTwins': [
    { workspacePk: 1, pk: 1, emails: ['e'], phones: [], companyPks: [1], fullName: 'n' },
  ],
  'person-identity.ts lockPersonRecords': [{ workspacePk: 1, personIds: [uuid] }],

  'providers.ts markProviderMatched': [{ workspacePk: 1, providerPk: 1 }],
  'providers.ts findProviderConnector': [{ workspacePk: 1, slug: 's' }],

  'reconciliation-links.ts claimMerge': [
    {
      ...{ workspacePk: 1, type: 'company', primaryId: uuid, secondaryId: uuid, taskPk: 1 },
      ...{ confidence: 0.95, contributions: { tax_id: 0.95 }, reasoning: { strong_keys: [] } },
    },
  ],
  'reconciliation-links.ts declineClaims': [{ workspacePk: 1, taskPk: 1 }],
  'reconciliation-links.ts listReconciliationLinks': [{ workspacePk: 1, type: 'company', id: uuid }],
  'reconciliation-links.ts moveClaims': [{ ...merged, type: 'company' }],

  'record-references.ts countReferences': Object.keys(references).map((table) => ({
    workspacePk: 1,
    table,
    pk: 1,
  })),
  'record-references.ts moveReference': allReferences.map((reference) => ({
    workspacePk: 1,
    reference,
    from: 2,
    to: 1,
  })),
  'record-references.ts unlinkDoubles': allReferences
    .filter(({ says }) => says)
    .map((reference) => ({ workspacePk: 1, reference, from: 2, to: 1 })),

  'sweep.ts rejectUndeliverable': [{ generations: 20, limit: 1, actor: 'a' }],
  'sweep.ts listForgottenParents': [{ limit: 1 }],
  'sweep.ts listUndispatched': [{ graceSeconds: 30, limit: 1 }],
  'sweep.ts raiseGenerations': [{ redispatchAfterSeconds: 600, limit: 1, queueLost: true }],

  'sync-logs.ts insertCollectSyncLog': [{ workspacePk: 1, collectPk: 1, connectorPk: 1, error: null }],

  'records.ts listRecords': ['companies', 'people', 'invoices', 'transactions', 'documents', 'accounts'].map(
    (root) => ({ workspacePk: 1, root, ids: [uuid] }),
  ),

  'targets.ts lookBeforeEnqueue': [
    {
      workspacePk: 1,
      ids: [
        'company',
        'person',
        'invoice',
        'document',
        'transaction',
        'account',
        'provider',
        'workspace',
      ].map((entityType) => ({ entityType, ids: [uuid] })),
      hashes: [hash],
      withinSeconds: 60,
    },
    { workspacePk: 1, ids: [{ entityType: 'company', ids: [] }], hashes: [], withinSeconds: 60 },
    { workspacePk: 1, ids: [], hashes: [hash], withinSeconds: 60 },
  ],

  'tasks.ts findScoredTask': [{ workspacePk: 1, providerId: uuid, companyId: uuid }],
  'tasks.ts findTaskPk': [{ workspacePk: 1, taskId: uuid }],
  'tasks.ts finishScoredTasks': [{ workspacePk: 1, companyId: uuid }],
  'tasks.ts insertScoredTask': [
    { workspacePk: 1, providerId: uuid, companyId: uuid, executor: 'human', content: scoredContent },
  ],
  'tasks.ts lockScoring': [{ workspacePk: 1, companyId: uuid }],
  'tasks.ts refreshScoredTask': [{ workspacePk: 1, pk: 1, content: scoredContent }],

  'transaction-documents.ts attachTransactionDocuments': [
    { workspacePk: 1, links: [{ documentPk: 1, transactionPk: 1 }] },
  ],
  'transaction-documents.ts newestTransaction': [{ workspacePk: 1 }],

  'unlinked-documents.ts findPageStart': [{ workspacePk: 1, documentId: uuid }],
  'unlinked-documents.ts listEarlierWork': [{ workspacePk: 1, entityIds: [uuid] }],
  'unlinked-documents.ts listUnlinkedDocuments': [null, uuid].map((after) => ({
    ...{ workspacePk: 1, from: '2026-01-01', to: '2026-03-31', limit: 1 },
    after,
  })),

  'workspaces.ts findMergeSettings': [{ workspacePk: 1 }],
  'workspaces.ts findProcessingSettings': [{ workspacePk: 1 }],
};

/** Columns that may be null in the table and never are in the answer of a statement, because of its conditions. */
export const neverNull: Record<string, string[]> = {
  'accounts.ts listCompanyIbans': ['iban'], // asked for `is not null`
  // A row without a workspace is a legacy one, and equals no workspace.
  'collect-lists.ts findCollect': ['workspace_pk'],
  'collect-lists.ts listCollects': ['workspace_pk'],
  'collect-sweep.ts listCancelledCollects': ['workspace_pk'],
  'collect-sweep.ts listIdleCollects': ['workspace_pk'],
  'collects.ts insertCollect': ['workspace_pk'],
  'collects.ts lockCollect': ['workspace_pk'],
  'collects.ts updateCollect': ['workspace_pk'],
  // A row is `done` only by `keepAnswer`, which writes all of them.
  'idempotency-keys.ts findKeptAnswer': ['status_code', 'response_headers'],
};

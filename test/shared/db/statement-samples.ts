const uuid = '0b6f3c1e-9a55-4f0a-8d39-6c4c6f6a1a11';
const hash = `sha256:${'0'.repeat(64)}`;

/**
 * Arguments for each statement of the data layer, keyed `<file> <name>`. One sample per shape that the statement can
 * take; the values are never sent.
 */
export const statementSamples: Record<string, object[]> = {
  'enrichment-batches.ts completeBatch': [{ batchId: uuid }],
  'enrichment-batches.ts insertBatch': [{ workspacePk: 1, batchId: uuid, expected: 2 }],
  'enrichment-batches.ts lockBatch': [{ batchId: uuid }],

  'enrichment-tasks.ts claimTask': [
    { taskId: uuid, generation: 0, token: uuid, leaseSeconds: 60, actor: 'a' },
  ],
  'enrichment-tasks.ts countSubtasks': [{ parentPk: 1 }],
  'enrichment-tasks.ts findClaim': [{ taskId: uuid, token: uuid }],
  'enrichment-tasks.ts findLiveTasks': [{ workspacePk: 1, hashes: [hash] }],
  'enrichment-tasks.ts findRecentTasks': [{ workspacePk: 1, hashes: [hash], withinSeconds: 60 }],
  'enrichment-tasks.ts findTask': [{ workspacePk: 1, taskId: uuid }],
  'enrichment-tasks.ts finishTask': [
    { pk: 1, token: uuid, status: 'completed', output: {}, error: null, description: null, actor: 'a' },
    { pk: 1, token: uuid, status: 'failed', output: null, error: 'e', description: 'd', actor: 'a' },
  ],
  'enrichment-tasks.ts insertTasks': [
    { workspacePk: 1, rows: [], actor: 'a' },
    { workspacePk: 1, rows: [], batchId: uuid, parentTaskPk: 1, retryOfPk: 1, actor: 'a' },
  ],
  'enrichment-tasks.ts lockClaim': [{ pk: 1, token: uuid }],
  'enrichment-tasks.ts lockTask': [{ pk: 1 }],
  'enrichment-tasks.ts markDispatchFailed': [{ pk: 1, generation: 0, reason: 'r', actor: 'a' }],
  'enrichment-tasks.ts markDispatched': [{ messages: [{ pk: 1, generation: 0 }], actor: 'a' }],
  'enrichment-tasks.ts releaseTask': [{ pk: 1, token: uuid, reason: 'r', actor: 'a' }],
  'enrichment-tasks.ts renewLease': [{ pk: 1, token: uuid, leaseSeconds: 60 }],
  'enrichment-tasks.ts waitForSubtasks': [{ pk: 1, token: uuid, output: {}, description: null, actor: 'a' }],
  'enrichment-tasks.ts wakeParent': [{ pk: 1, actor: 'a' }],

  'field-provenance.ts listProvenance': [{ workspacePk: 1, entityType: 'invoice', entityId: uuid }],
  'field-provenance.ts recordProvenance': [{ workspacePk: 1, taskPk: 1, fields: [] }],

  'sweep.ts listForgottenBatches': [{ limit: 1 }],
  'sweep.ts listForgottenParents': [{ limit: 1 }],
  'sweep.ts listUndispatched': [{ graceSeconds: 30, limit: 1 }],
  'sweep.ts raiseGenerations': [{ redispatchAfterSeconds: 600, limit: 1, queueLost: true }],

  'targets.ts listTargets': [
    'company',
    'person',
    'invoice',
    'document',
    'transaction',
    'account',
    'provider',
    'workspace',
  ].map((entityType) => ({ workspacePk: 1, entityType, ids: [uuid] })),
};

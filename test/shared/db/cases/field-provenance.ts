import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { listProvenance } from '../../../../shared/db/field-provenance.ts';
import { insertProvenance, insertWorkspace } from '../../../support/factories.ts';
import type { Cases } from './tier.ts';

export const fieldProvenanceCases: Cases = {
  'who set the fields of a record is listed by field, for that record only': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    const record = { entity_type: 'invoice', entity_id: randomUUID() };
    const add = (pk: number, field: string, columns = {}) =>
      insertProvenance(tier.client, pk, { ...record, field, ...columns });
    await add(workspacePk, 'grand_total', { source: 'text', confidence: null });
    await add(workspacePk, 'due_date', { source: 'model', confidence: null });
    await add(workspacePk, 'issue_date', { entity_id: randomUUID() });
    await add(workspacePk, 'issue_date', { entity_type: 'document' });
    await add(otherPk, 'issue_date');

    const rows = await tier.inWorkspace(workspacePk, (db) =>
      db.any(listProvenance({ workspacePk, entityType: record.entity_type, entityId: record.entity_id })),
    );

    expect(rows).toEqual([
      { field: 'due_date', source: 'model', confidence: null },
      { field: 'grand_total', source: 'text', confidence: null },
    ]);
  },
};

/** Left to the server, see tier.ts. */
export const fieldProvenanceServerCases: Cases = {
  'how sure a source was comes as a decimal': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const record = { entity_type: 'invoice', entity_id: randomUUID() };
    await insertProvenance(tier.client, workspacePk, { ...record, field: 'due_date', confidence: 0.9 });

    const rows = await tier.inWorkspace(workspacePk, (db) =>
      db.any(listProvenance({ workspacePk, entityType: 'invoice', entityId: record.entity_id })),
    );

    expect(rows).toEqual([{ field: 'due_date', source: 'user', confidence: '0.90' }]);
  },
};

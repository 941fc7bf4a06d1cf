import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { lookUp } from '../../../../shared/db/targets.ts';
import { insertCompany, insertDocument, insertWorkspace } from '../../../support/factories.ts';
import type { Cases } from './tier.ts';

export const targetCases: Cases = {
  'targets are missing that are deleted, of another workspace or nobody': async (tier) => {
    const { pk: workspacePk, workspace_id } = await insertWorkspace(tier.client);
    const { pk: otherPk, workspace_id: otherId } = await insertWorkspace(tier.client);
    const company = await insertCompany(tier.client, workspacePk);
    const document = await insertDocument(tier.client, workspacePk);
    const deleted = await insertCompany(tier.client, workspacePk, { deleted_at: '2026-01-01T00:00:00Z' });
    const other = await insertCompany(tier.client, otherPk);
    const live = [
      { entity_type: 'company', entity_id: company.company_id },
      { entity_type: 'document', entity_id: document.document_id },
      { entity_type: 'workspace', entity_id: workspace_id },
      { entity_type: 'month', entity_id: randomUUID() },
    ] as const;
    const missing = [
      { entity_type: 'company', entity_id: deleted.company_id },
      { entity_type: 'company', entity_id: other.company_id },
      { entity_type: 'company', entity_id: 'no uuid' },
      { entity_type: 'document', entity_id: company.company_id },
      { entity_type: 'workspace', entity_id: otherId },
    ] as const;

    const found = await tier.inWorkspace(workspacePk, (db) =>
      lookUp(db, { workspacePk, targets: [...live, ...missing] }),
    );

    expect(found).toEqual({ missing, recentPks: [] });
  },
};

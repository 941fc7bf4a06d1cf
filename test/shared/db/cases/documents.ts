import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import {
  findDocument,
  findDocumentByPk,
  findEarlierCopy,
  markDocument,
  setContentChecksum,
} from '../../../../shared/db/documents.ts';
import { insertDocument, insertWorkspace } from '../../../support/factories.ts';
import type { Cases, Tier } from './tier.ts';

const DELETED = { deleted_at: '2026-01-01T00:00:00Z' };

const find = (tier: Tier, workspacePk: number, documentId: string) =>
  tier.inWorkspace(workspacePk, (db) => db.maybeOne(findDocument({ workspacePk, documentId })));
const stateOf = async (tier: Tier, pk: number) => {
  const { rows } = await tier.client.query(
    'select processing_status, processing_stage, processing_error, document_type from documents where pk = $1',
    [pk],
  );
  return rows[0];
};

export const documentCases: Cases = {
  'a document is found by its public id and by its key': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk, document_id } = await insertDocument(tier.client, workspacePk, { document_type: '380' });

    const found = await find(tier, workspacePk, document_id);

    expect(found).toMatchObject({ pk, document_id, document_type: '380', processing_status: 'pending' });
    expect(
      await tier.inWorkspace(workspacePk, (db) => db.maybeOne(findDocumentByPk({ workspacePk, pk }))),
    ).toEqual(found);
  },
  'a deleted document, one of another workspace and an id of nobody are not found': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    const deleted = await insertDocument(tier.client, workspacePk, DELETED);
    const other = await insertDocument(tier.client, otherPk);

    expect(await find(tier, workspacePk, deleted.document_id)).toBeNull();
    expect(await find(tier, workspacePk, other.document_id)).toBeNull();
    expect(await find(tier, workspacePk, randomUUID())).toBeNull();
    expect(await find(tier, workspacePk, 'no uuid')).toBeNull();
  },
  'the earlier copy is the first live one with the same bytes that was not given up': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    const same = { content_checksum: `sha256:${randomUUID()}` };
    await insertDocument(tier.client, otherPk, same);
    await insertDocument(tier.client, workspacePk, { ...same, ...DELETED });
    await insertDocument(tier.client, workspacePk, { ...same, processing_status: 'failed' });
    await insertDocument(tier.client, workspacePk);
    const first = await insertDocument(tier.client, workspacePk, same);
    await insertDocument(tier.client, workspacePk, same);
    const last = await insertDocument(tier.client, workspacePk, same);
    const copyOf = (pk: number) =>
      tier.inWorkspace(workspacePk, (db) =>
        db.maybeOne(findEarlierCopy({ workspacePk, pk, contentChecksum: same.content_checksum })),
      );

    expect(await copyOf(last.pk)).toEqual({ document_id: first.document_id });
    expect(await copyOf(first.pk)).toBeNull();
  },
  'a fingerprint is noted once': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk, document_id } = await insertDocument(tier.client, workspacePk, { content_checksum: null });

    for (const contentChecksum of ['sha256:first', 'sha256:second'])
      await tier.inWorkspace(workspacePk, (db) =>
        db.query(setContentChecksum({ workspacePk, pk, contentChecksum })),
      );

    expect(await find(tier, workspacePk, document_id)).toMatchObject({ content_checksum: 'sha256:first' });
  },
  'marking keeps the type unless it names one, and forgets an older error': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk, document_id: documentId } = await insertDocument(tier.client, workspacePk, {
      document_type: '380',
      processing_error: 'old',
    });
    const mark = (change: { documentType?: string; error?: string }) =>
      tier.inWorkspace(workspacePk, (db) =>
        db.query(
          markDocument({ workspacePk, documentId, status: 'extracted', stage: 'ai_invoice', ...change }),
        ),
      );

    await mark({});
    expect(await stateOf(tier, pk)).toEqual({
      processing_status: 'extracted',
      processing_stage: 'ai_invoice',
      processing_error: null,
      document_type: '380',
    });

    await mark({ documentType: '381', error: 'new' });
    expect(await stateOf(tier, pk)).toMatchObject({ processing_error: 'new', document_type: '381' });
  },
  'marking leaves the documents of another workspace alone': async (tier) => {
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk: otherPk } = await insertWorkspace(tier.client);
    const other = await insertDocument(tier.client, otherPk);

    await tier.inWorkspace(workspacePk, (db) =>
      db.query(markDocument({ workspacePk, documentId: other.document_id, status: 'failed', stage: 's' })),
    );

    expect(await stateOf(tier, other.pk)).toMatchObject({ processing_status: 'pending' });
  },
};

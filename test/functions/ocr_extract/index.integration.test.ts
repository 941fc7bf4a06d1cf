import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ocrExtract } from '../../../functions/ocr_extract/index.ts';
import type { OcrExtractInput } from '../../../functions/ocr_extract/schema.ts';
import { type Database, openDatabase } from '../../../shared/db/pool.ts';
import { unpackDocument } from '../../../shared/extraction/pack-document.ts';
import { readDocument } from '../../../shared/extraction/read-document.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { insertDocument, insertProvenance, insertWorkspace } from '../../support/factories.ts';
import { ciiXml } from '../../support/invoice-xml.ts';
import { memoryStorage } from '../../support/memory-storage.ts';
import { deliver, enqueueOne, owner, taskOf, testRunner } from '../../support/pipeline.ts';

const INVOICE = `Example Workshop GmbH

INVOICE

Invoice number: 2024-0815
Invoice date: 14 March 2024
Please pay the amount due to our account. Thank you for your order.

Description          Quantity        Amount
Oak boards           12              240.00
Delivery             1                35.50
Total                                275.50 EUR
`;
const DELIVERY_NOTE = `Example Workshop GmbH

DELIVERY NOTE

Please check the goods and the quantity on delivery. Thank you for your order.
Description          Quantity
Oak boards           12
`;

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let workspacePk: number;
let storage: ReturnType<typeof memoryStorage>;
let runner: ReturnType<typeof testRunner>;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase({ url: fresh.url, role: 'wellspring_worker', poolSize: 4 });
  client = await owner(fresh.url);
});
afterAll(async () => {
  await database.close();
  await client.end();
  await fresh.drop();
});
beforeEach(async () => {
  workspacePk = (await insertWorkspace(client)).pk;
  storage = memoryStorage();
  runner = testRunner(database, { storage });
});

const upload = async (content: string | Uint8Array, columns: Record<string, unknown> = {}) => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const document = await insertDocument(client, workspacePk, { size: bytes.byteLength, ...columns });
  storage.files.set(document.path, bytes);
  return document;
};

const extract = async (
  documentId: string,
  input: OcrExtractInput = {},
  { read = readDocument, channel = 'manual' as 'manual' | 'document_upload' } = {},
) => {
  const task = await enqueueOne(
    runner,
    workspacePk,
    {
      enrichment_type: 'ocr_extract',
      entity_type: 'document',
      entity_id: documentId,
      input: { ...input },
      source_channel: channel,
    },
    { force: true },
  );
  const answer = await deliver(runner, ocrExtract, task, { documents: { read } });
  return { answer, task: await taskOf(runner, task) };
};

const documentOf = async (documentId: string) => {
  const { rows } = await client.query(
    `select processing_status, processing_stage, processing_error, document_type, content_checksum
     from documents where document_id = $1`,
    [documentId],
  );
  return rows[0];
};
const childrenOf = async (entityId: string) => {
  const { rows } = await client.query(
    `select enrichment_type, entity_type, entity_id, source_channel, input
     from enrichment_tasks where entity_id = $1 and enrichment_type <> 'ocr_extract' order by pk`,
    [entityId],
  );
  return rows;
};
const extractions = async (documentPk: number) =>
  (
    await client.query('select * from document_extractions where document_pk = $1 and deleted_at is null', [
      documentPk,
    ])
  ).rows;

describe('a document that reads like an invoice', () => {
  test('is read, categorized and handed on', async () => {
    const document = await upload(INVOICE);

    const { answer, task } = await extract(document.document_id);

    expect(answer).toEqual({ answer: 'done' });
    expect(task).toMatchObject({
      status: 'completed',
      output: {
        status: 'ok',
        cached: false,
        parser: { name: 'wellspring' },
        page_count: 1,
        document_type: '380',
        language: 'en',
        chars: expect.any(Number),
      },
    });
    expect(await documentOf(document.document_id)).toMatchObject({
      processing_status: 'categorized',
      processing_stage: 'ocr_extract',
      processing_error: null,
      document_type: '380',
    });
    const [row] = await extractions(document.pk);
    expect(row.text).toContain('2024-0815');
    expect(row).toMatchObject({ page_count: 1, source_checksum: document.content_checksum });
    expect(unpackDocument(row.metadata).pages[0]?.lines.length).toBeGreaterThan(5);
    expect(await childrenOf(document.document_id)).toEqual([
      {
        enrichment_type: 'ai_invoice',
        entity_type: 'document',
        entity_id: document.document_id,
        source_channel: 'ocr_completion',
        input: {
          document_id: document.document_id,
          document_extraction_id: row.document_extraction_id,
          depth: 1,
        },
      },
    ]);
  });

  test('hands on that no model may be asked', async () => {
    const document = await upload(INVOICE);

    await extract(document.document_id, { allow_model: false });

    expect(await childrenOf(document.document_id)).toMatchObject([
      { input: { allow_model: false, depth: 1 } },
    ]);
  });

  test('keeps no text of it in the task', async () => {
    const document = await upload(INVOICE);

    const { task } = await extract(document.document_id);

    expect(JSON.stringify(task)).not.toContain('Oak boards');
  });

  test('records that the type is a guess of ours', async () => {
    const document = await upload(INVOICE);

    await extract(document.document_id);

    const { rows } = await client.query(`select field, source from field_provenance where entity_id = $1`, [
      document.document_id,
    ]);
    expect(rows).toEqual([{ field: 'document_type', source: 'rule' }]);
  });

  test('keeps the type that a person gave it', async () => {
    const document = await upload(INVOICE, { document_type: '381' });
    await insertProvenance(client, workspacePk, {
      entity_type: 'document',
      entity_id: document.document_id,
      field: 'document_type',
    });

    const { task } = await extract(document.document_id);

    expect(task.output).toMatchObject({ document_type: '381' });
    expect(await documentOf(document.document_id)).toMatchObject({ document_type: '381' });
  });

  test('is one from its XML alone', async () => {
    const document = await upload(ciiXml(), { type: 'application/xml' });

    const { task } = await extract(document.document_id);

    expect(task.output).toMatchObject({ document_type: '380', type_confidence: 1 });
    expect(await childrenOf(document.document_id)).toHaveLength(1);
  });
});

test('what is no invoice ends there', async () => {
  const document = await upload(DELIVERY_NOTE);

  const { task } = await extract(document.document_id);

  expect(task).toMatchObject({ status: 'completed', output: { status: 'ok', followups: [] } });
  expect(await documentOf(document.document_id)).toMatchObject({ processing_status: 'categorized' });
  expect(await childrenOf(document.document_id)).toEqual([]);
});

describe('the cache', () => {
  test('spares the second run the parser and the file', async () => {
    const document = await upload(INVOICE);
    const first = await extract(document.document_id);
    const read = () => Promise.reject(new Error('must not be called'));

    const second = await extract(document.document_id, {}, { read });

    expect(second.task).toMatchObject({
      status: 'completed',
      output: { cached: true, document_type: '380' },
    });
    expect(outputOf(second).document_extraction_id).toBe(outputOf(first).document_extraction_id);
    expect(storage.reads).toHaveLength(1);
    expect(await extractions(document.pk)).toHaveLength(1);
  });

  test('is passed over when forced, and replaced', async () => {
    const document = await upload(INVOICE);
    const first = await extract(document.document_id);

    const second = await extract(document.document_id, { force: true });

    expect(outputOf(second)).toMatchObject({ cached: false });
    expect(outputOf(second).document_extraction_id).not.toBe(outputOf(first).document_extraction_id);
    expect(await extractions(document.pk)).toHaveLength(1);
  });

  test('misses when the content is another', async () => {
    const document = await upload(INVOICE);
    await extract(document.document_id);
    await client.query(`update documents set content_checksum = 'other' where pk = $1`, [document.pk]);

    const { task } = await extract(document.document_id);

    expect(task.output).toMatchObject({ cached: false });
  });
});

describe('is skipped', () => {
  test('when the workspace has the content already, with a pointer to it', async () => {
    const first = await upload(INVOICE, { content_checksum: 'same' });
    await extract(first.document_id);
    const second = await upload(INVOICE, { content_checksum: 'same' });

    const { task } = await extract(second.document_id);

    expect(task).toMatchObject({
      status: 'completed',
      output: { status: 'halted', halt: { code: 'duplicate_document' }, duplicate_of: first.document_id },
    });
    expect(await documentOf(second.document_id)).toMatchObject({
      processing_status: 'skipped',
      processing_stage: 'ocr_extract:duplicate_document',
    });
    expect(await childrenOf(second.document_id)).toEqual([]);
  });

  test('not when the other copy failed, belongs to others or came later', async () => {
    const elsewhere = (await insertWorkspace(client)).pk;
    await insertDocument(client, elsewhere, { content_checksum: 'same' });
    await upload(INVOICE, { content_checksum: 'same', processing_status: 'failed' });
    const document = await upload(INVOICE, { content_checksum: 'same' });
    await upload(INVOICE, { content_checksum: 'same' });

    const { task } = await extract(document.document_id);

    expect(task.output).toMatchObject({ status: 'ok' });
  });

  test('when nobody reads files of its type', async () => {
    const document = await upload(new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 0, 0]));

    const { task } = await extract(document.document_id);

    expect(task).toMatchObject({
      status: 'completed',
      output: { status: 'halted', halt: { code: 'unsupported_type' } },
    });
    expect(await documentOf(document.document_id)).toMatchObject({ processing_status: 'skipped' });
  });

  test('when the workspace extracts on request only, and then on request', async () => {
    await client.query('update workspaces set auto_extract_enabled = false where pk = $1', [workspacePk]);
    const document = await upload(INVOICE);

    const automatic = await extract(document.document_id, {}, { channel: 'document_upload' });
    const asked = await extract(document.document_id);

    expect(automatic.task.output).toMatchObject({ halt: { code: 'auto_extract_disabled' } });
    expect(asked.task.output).toMatchObject({ status: 'ok' });
  });
});

describe('fails for good', () => {
  test.each([
    ['an empty file', { size: 0 }, 'UNREADABLE: the file is empty'],
    ['a file that the storage lost', { path: 'nowhere' }, 'NOT_FOUND: the file is not in the storage'],
  ])('with %s', async (_what, columns, error) => {
    const document = await upload(INVOICE);
    await client.query(`update documents set ${Object.keys(columns).join()} = $1 where pk = $2`, [
      ...Object.values(columns),
      document.pk,
    ]);

    const { answer, task } = await extract(document.document_id);

    expect(answer).toEqual({ answer: 'done' });
    expect(task).toMatchObject({ status: 'failed', error });
    expect(await documentOf(document.document_id)).toMatchObject({
      processing_status: 'failed',
      processing_error: error,
    });
  });

  test('with a document that cannot be opened, in the words of the reader', async () => {
    const document = await upload(INVOICE);
    const read = async () => ({ ok: false, code: 'ENCRYPTED', message: 'a password is needed' }) as const;

    const { task } = await extract(document.document_id, {}, { read });

    expect(task).toMatchObject({ status: 'failed', error: 'ENCRYPTED: a password is needed' });
  });

  test('with another document in its input, or a parser that is not here', async () => {
    const document = await upload(INVOICE);

    const other = await extract(document.document_id, { document_id: randomUUID() });
    const parser = await extract(document.document_id, { parser: { name: 'else' } });

    expect(other.task.error).toMatch(/^INPUT_INVALID: /);
    expect(parser.task.error).toMatch(/^INPUT_INVALID: /);
  });

  test('with a document that was deleted after the enqueue', async () => {
    const document = await upload(INVOICE);
    const read: typeof readDocument = () => Promise.reject(new Error('must not be called'));
    const task = await enqueueOne(runner, workspacePk, {
      enrichment_type: 'ocr_extract',
      entity_type: 'document',
      entity_id: document.document_id,
    });
    await client.query('update documents set deleted_at = now() where pk = $1', [document.pk]);

    await deliver(runner, ocrExtract, task, { documents: { read } });

    expect(await taskOf(runner, task)).toMatchObject({
      status: 'failed',
      error: 'NOT_FOUND: there is no such document in this workspace',
    });
  });
});

describe('deliveries', () => {
  test('a fault is retried, and the next run does the work', async () => {
    const document = await upload(INVOICE);
    const read = () => Promise.reject(new Error('the parser child died'));

    const first = await extract(document.document_id, {}, { read });
    const again = await deliver(runner, ocrExtract, first.task, { documents: { read: readDocument } });

    expect(first.answer).toEqual({ answer: 'retry' });
    expect(first.task.status).toBe('processing');
    expect(again).toEqual({ answer: 'done' });
    expect(await taskOf(runner, first.task)).toMatchObject({ status: 'completed', attempt: 2 });
  });

  test('a repeated delivery changes nothing', async () => {
    const document = await upload(INVOICE);
    const { task } = await extract(document.document_id);

    await deliver(runner, ocrExtract, task, { documents: { read: readDocument } });

    expect(await taskOf(runner, task)).toEqual(task);
    expect(storage.reads).toHaveLength(1);
    expect(await childrenOf(document.document_id)).toHaveLength(1);
  });

  test('a document without a fingerprint gets one', async () => {
    const document = await upload(INVOICE, { content_checksum: null });

    await extract(document.document_id);

    expect((await documentOf(document.document_id)).content_checksum).toMatch(/^[0-9a-f]{64}$/);
  });
});

const outputOf = ({ task }: { task: { output: unknown } }) =>
  task.output as { document_extraction_id: string };

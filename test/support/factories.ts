import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** Rows for tests, inserted as the owner: each takes what the test is about and defaults the rest. */

type Value = string | number | boolean | Date | null | object;
type Columns = Record<string, Value | undefined>;

async function insertRow<Row extends pg.QueryResultRow>(
  client: pg.Client,
  table: string,
  columns: Columns,
  returning: readonly (keyof Row & string)[],
): Promise<Row> {
  const given = Object.entries(columns).filter(([, value]) => value !== undefined);
  const names = given.map(([name]) => `"${name}"`).join(', ');
  const places = given.map((_, index) => `$${index + 1}`).join(', ');
  const result = await client.query<Row>(
    `insert into ${table} (${names}) values (${places}) returning ${returning.join(', ')}`,
    given.map(([, value]) => value),
  );
  const [row] = result.rows;
  if (!row) throw new Error(`nothing was inserted into ${table}`);
  return row;
}

export interface TestWorkspace {
  pk: number;
  workspace_id: string;
}

export const insertWorkspace = (client: pg.Client, columns: Columns = {}): Promise<TestWorkspace> =>
  insertRow<TestWorkspace>(
    client,
    'workspaces',
    { name: `Workspace ${randomUUID().slice(0, 6)}`, ...columns },
    ['pk', 'workspace_id'],
  );

export interface TestCompany {
  pk: number;
  company_id: string;
}

export const insertCompany = (
  client: pg.Client,
  workspacePk: number,
  columns: Columns = {},
): Promise<TestCompany> =>
  insertRow<TestCompany>(
    client,
    'companies',
    { workspace_pk: workspacePk, name: `Company ${randomUUID().slice(0, 6)}`, ...columns },
    ['pk', 'company_id'],
  );

export interface TestPerson {
  pk: number;
  person_id: string;
}

export const insertPerson = (
  client: pg.Client,
  workspacePk: number,
  columns: Columns = {},
): Promise<TestPerson> =>
  insertRow<TestPerson>(
    client,
    'peoples',
    { workspace_pk: workspacePk, full_name: 'Some Body', first_name: 'Some', last_name: 'Body', ...columns },
    ['pk', 'person_id'],
  );

/** An e-mail address of a person. */
export async function insertPersonEmail(
  client: pg.Client,
  workspacePk: number,
  { personPk, value, ...columns }: { personPk: number; value: string } & Columns,
): Promise<{ pk: number }> {
  const email = await insertRow<{ pk: number }>(
    client,
    'emails',
    { workspace_pk: workspacePk, value, is_primary: true, ...columns },
    ['pk'],
  );
  await insertRow(
    client,
    'person_emails',
    { workspace_pk: workspacePk, person_pk: personPk, email_pk: email.pk },
    ['pk'],
  );
  return email;
}

export interface TestDocument {
  pk: number;
  document_id: string;
  content_checksum: string | null;
  path: string;
}

export const insertDocument = (
  client: pg.Client,
  workspacePk: number,
  columns: Columns = {},
): Promise<TestDocument> => {
  const name = randomUUID();
  return insertRow<TestDocument>(
    client,
    'documents',
    {
      workspace_pk: workspacePk,
      bucket: 'test',
      path: `documents/${name}`,
      filename: 'document.pdf',
      type: 'application/pdf',
      size: 1_000,
      content_checksum: `sha256:${name}`,
      ...columns,
    },
    ['pk', 'document_id', 'content_checksum', 'path'],
  );
};

export interface TestInvoice {
  pk: number;
  invoice_id: string;
}

export const insertInvoice = (
  client: pg.Client,
  workspacePk: number,
  columns: Columns = {},
): Promise<TestInvoice> =>
  insertRow<TestInvoice>(
    client,
    'invoices',
    {
      workspace_pk: workspacePk,
      invoice_number: randomUUID().slice(0, 8),
      issue_date: '2026-03-01',
      grand_total: '120.00',
      local_currency: 'EUR',
      status: 'issued',
      ...columns,
    },
    ['pk', 'invoice_id'],
  );

export interface TestTransaction {
  pk: number;
  transaction_id: string;
}

export const insertTransaction = (
  client: pg.Client,
  workspacePk: number,
  columns: Columns = {},
): Promise<TestTransaction> =>
  insertRow<TestTransaction>(
    client,
    'transactions',
    {
      workspace_pk: workspacePk,
      instructed_amount: '-120.00',
      instructed_currency: 'EUR',
      booking_date: '2026-03-10',
      ...columns,
    },
    ['pk', 'transaction_id'],
  );

/** A payment of an invoice by a transaction, confirmed unless told otherwise. */
export const insertPayment = (
  client: pg.Client,
  workspacePk: number,
  { invoicePk, transactionPk, ...columns }: { invoicePk: number; transactionPk: number } & Columns,
): Promise<{ pk: number }> =>
  insertRow<{ pk: number }>(
    client,
    'invoice_transactions',
    {
      workspace_pk: workspacePk,
      invoice_pk: invoicePk,
      transaction_pk: transactionPk,
      amount: '120.00',
      currency: 'EUR',
      edge_status: 'confirmed',
      ...columns,
    },
    ['pk'],
  );

export interface TestTask {
  pk: number;
  enrichment_task_id: string;
}

/** A task as another function would have left it; to enqueue one properly use `enqueueOne`. */
export const insertTask = (
  client: pg.Client,
  workspacePk: number,
  columns: Columns = {},
): Promise<TestTask> =>
  insertRow<TestTask>(
    client,
    'enrichment_tasks',
    {
      workspace_pk: workspacePk,
      enrichment_type: 'reconcile',
      entity_type: 'company',
      entity_id: randomUUID(),
      ...columns,
    },
    ['pk', 'enrichment_task_id'],
  );

/** Says who set a field, such as a user whose value must stand. */
export const insertProvenance = (
  client: pg.Client,
  workspacePk: number,
  columns: { entity_type: string; entity_id: string; field: string } & Columns,
): Promise<{ pk: number }> =>
  insertRow<{ pk: number }>(
    client,
    'field_provenance',
    { workspace_pk: workspacePk, source: 'user', confidence: 1, ...columns },
    ['pk'],
  );

/** A logo of a company; without provenance of its own, so a person's. */
export const insertCompanyLogo = async (
  client: pg.Client,
  workspacePk: number,
  company: TestCompany,
  columns: Columns = {},
): Promise<{ pk: number; media_id: string }> => {
  const media = await insertRow<{ pk: number; media_id: string }>(
    client,
    'media',
    { workspace_pk: workspacePk, media_type: 'logo', path: `logos/${randomUUID()}.png`, ...columns },
    ['pk', 'media_id'],
  );
  await insertRow(
    client,
    'company_media',
    { workspace_pk: workspacePk, company_pk: company.pk, media_pk: media.pk },
    ['pk'],
  );
  return media;
};

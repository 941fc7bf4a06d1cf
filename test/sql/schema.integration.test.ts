import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrichmentTypes, sourceChannels, taskStatuses } from '../../shared/domain/enrichment-types.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { readColumns, readForeignKeys, readIndexes, readLabels } from './catalogue.ts';

let database: FreshDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

const strings = async (text: string): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(text);
  return rows.map(({ name }) => name);
};

describe('enrichment_tasks', () => {
  test('has the documented columns, then the internal ones', async () => {
    expect(await readColumns(client, 'enrichment_tasks')).toEqual([
      'pk integer not null identity',
      'enrichment_task_id uuid not null default gen_random_uuid()',
      'entity_type character varying(100) not null',
      'entity_id character varying(255) not null',
      "status enrichment_task_status_enum not null default 'pending'::enrichment_task_status_enum",
      'enrichment_type text not null',
      'input jsonb',
      'output jsonb',
      'target_fields jsonb',
      'error text',
      'source_channel source_channel_enum',
      'input_hash text',
      'description text',
      'batch_id uuid',
      'workspace_pk integer not null',
      'parent_task_pk integer',
      'created_at timestamp with time zone not null default now()',
      'updated_at timestamp with time zone default now()',
      'deleted_at timestamp with time zone',
      'completed_at timestamp with time zone',
      'attempt integer not null default 0',
      'lease_token uuid',
      'lease_until timestamp with time zone',
      'dispatch_generation integer not null default 0',
      'dispatched_at timestamp with time zone',
      'deliveries integer not null default 0',
      'retry_of_pk integer',
      'traceparent text',
    ]);
  });

  test('has the documented enums in the documented order, the same as the code', async () => {
    expect(await readLabels(client, 'enrichment_task_status_enum')).toEqual([
      'pending',
      'processing',
      'completed',
      'awaiting_approval',
      'failed',
      'rejected',
    ]);
    expect(await readLabels(client, 'source_channel_enum')).toEqual([
      'company_create',
      'person_create',
      'document_upload',
      'ocr_completion',
      'bank_sync',
      'email_import',
      'mcp_hub',
      'cell_edit',
      'manual',
    ]);
    expect(await readLabels(client, 'enrichment_task_status_enum')).toEqual(taskStatuses);
    expect(await readLabels(client, 'source_channel_enum')).toEqual(sourceChannels);
  });

  test('takes enrichment types as text, and none that could not name a folder', async () => {
    await client.query('begin');
    const { rows } = await client.query<{ pk: number }>(
      `insert into workspaces (name) values ('w') returning pk`,
    );
    const insert = (type: string) =>
      client.query(
        `insert into enrichment_tasks (workspace_pk, enrichment_type, entity_type, entity_id) values ($1, $2, 'company', 'c')`,
        [rows[0]?.pk, type],
      );
    for (const type of enrichmentTypes) await insert(type);

    await expect(insert('Shred it')).rejects.toMatchObject({
      constraint: 'enrichment_tasks_enrichment_type_check',
    });

    await client.query('rollback');
  });

  test('has the documented indexes, and those of the pipeline', async () => {
    const live =
      "(status = ANY (ARRAY['pending'::enrichment_task_status_enum, 'processing'::enrichment_task_status_enum]))";
    expect(await readIndexes(client, 'enrichment_tasks')).toEqual([
      'enrichment_tasks_batch_id_idx (batch_id)',
      'enrichment_tasks_enrichment_task_id_key unique (enrichment_task_id)',
      'enrichment_tasks_entity_idx (entity_type, entity_id)',
      'enrichment_tasks_input_hash_idx (input_hash)',
      'enrichment_tasks_pkey unique (pk)',
      'enrichment_tasks_workspace_pk_pk_key unique (workspace_pk, pk)',
      'idx_enrichment_tasks_batch_status (batch_id, status)',
      `idx_enrichment_tasks_dispatched (dispatched_at) where dispatched_at IS NOT NULL AND ${live} AND deleted_at IS NULL`,
      "idx_enrichment_tasks_input_record_id (workspace_pk, status, (input ->> 'record_id'::text)) where (input ->> 'record_id'::text) IS NOT NULL AND deleted_at IS NULL",
      "idx_enrichment_tasks_lease (lease_until) where status = 'processing'::enrichment_task_status_enum AND deleted_at IS NULL",
      'idx_enrichment_tasks_list (workspace_pk, created_at, pk) where deleted_at IS NULL',
      "idx_enrichment_tasks_list_ended (workspace_pk, created_at, pk) where (status = ANY (ARRAY['failed'::enrichment_task_status_enum, 'rejected'::enrichment_task_status_enum])) AND deleted_at IS NULL",
      `idx_enrichment_tasks_list_open (workspace_pk, created_at, pk) where ${live} AND deleted_at IS NULL`,
      'idx_enrichment_tasks_list_type (workspace_pk, enrichment_type, created_at, pk) where deleted_at IS NULL',
      "idx_enrichment_tasks_list_waiting (workspace_pk, created_at, pk) where status = 'awaiting_approval'::enrichment_task_status_enum AND deleted_at IS NULL",
      `idx_enrichment_tasks_open_subtasks (parent_task_pk) where parent_task_pk IS NOT NULL AND ${live} AND deleted_at IS NULL`,
      'idx_enrichment_tasks_parent_task (parent_task_pk)',
      'idx_enrichment_tasks_retry_of (retry_of_pk)',
      `idx_enrichment_tasks_undispatched (pk) where dispatched_at IS NULL AND ${live} AND deleted_at IS NULL`,
      `uniq_enrichment_tasks_live_input_hash unique (workspace_pk, input_hash) where ${live} AND deleted_at IS NULL AND input_hash IS NOT NULL`,
      "uniq_enrichment_tasks_pending_monthly_close unique (entity_type, entity_id, enrichment_type) where status = 'pending'::enrichment_task_status_enum AND deleted_at IS NULL AND enrichment_type = 'monthly_close'::text",
    ]);
  });

  test('goes with its workspace, and outlives its parent', async () => {
    expect(await readForeignKeys(client, 'enrichment_tasks')).toEqual([
      'FOREIGN KEY (parent_task_pk) REFERENCES enrichment_tasks(pk) ON DELETE SET NULL',
      'FOREIGN KEY (retry_of_pk) REFERENCES enrichment_tasks(pk) ON DELETE SET NULL',
      'FOREIGN KEY (workspace_pk) REFERENCES workspaces(pk) ON UPDATE CASCADE ON DELETE CASCADE',
      'FOREIGN KEY (workspace_pk, parent_task_pk) REFERENCES enrichment_tasks(workspace_pk, pk) ON DELETE SET NULL (parent_task_pk) DEFERRABLE',
      'FOREIGN KEY (workspace_pk, retry_of_pk) REFERENCES enrichment_tasks(workspace_pk, pk) ON DELETE SET NULL (retry_of_pk) DEFERRABLE',
    ]);
  });
});

describe('collects', () => {
  test('has the documented columns', async () => {
    expect(await readColumns(client, 'collects')).toEqual([
      'pk integer not null identity',
      'collect_id uuid not null default gen_random_uuid()',
      'provider character varying(255)',
      "status collect_status_enum not null default 'todo'::collect_status_enum",
      'started_at timestamp with time zone',
      'ended_at timestamp with time zone',
      'people_pk integer not null',
      'workspace_pk integer',
      'task_pk integer',
      'created_at timestamp with time zone not null default now()',
      'updated_at timestamp with time zone default now()',
      'deleted_at timestamp with time zone',
    ]);
  });

  test('has the documented enum in the documented order', async () => {
    expect(await readLabels(client, 'collect_status_enum')).toEqual([
      'todo',
      'in_progress',
      'finalized',
      'error',
    ]);
  });

  test('has the documented indexes', async () => {
    expect(await readIndexes(client, 'collects')).toEqual([
      'collects_collect_id_key unique (collect_id)',
      'collects_pkey unique (pk)',
      'collects_workspace_pk_pk_key unique (workspace_pk, pk)',
      "idx_collects_live_task (task_pk, pk) where (status = ANY (ARRAY['todo'::collect_status_enum, 'in_progress'::collect_status_enum])) AND deleted_at IS NULL AND workspace_pk IS NOT NULL AND task_pk IS NOT NULL",
      "idx_collects_live_updated (updated_at, pk) where (status = ANY (ARRAY['todo'::collect_status_enum, 'in_progress'::collect_status_enum])) AND deleted_at IS NULL AND workspace_pk IS NOT NULL",
      'idx_collects_people (people_pk) where deleted_at IS NULL',
      'idx_collects_status (status) where deleted_at IS NULL',
      'idx_collects_task (task_pk)',
      'idx_collects_workspace_created (workspace_pk, created_at, pk) where deleted_at IS NULL',
      "idx_collects_workspace_error_created (workspace_pk, created_at, pk) where status = 'error'::collect_status_enum AND deleted_at IS NULL",
      "idx_collects_workspace_live_created (workspace_pk, created_at, pk) where (status = ANY (ARRAY['todo'::collect_status_enum, 'in_progress'::collect_status_enum])) AND deleted_at IS NULL",
      'idx_collects_workspace_provider_created (workspace_pk, provider, created_at, pk) where deleted_at IS NULL',
      'idx_collects_workspace_status (workspace_pk, status)',
    ]);
  });

  test('goes with its workspace, and outlives its task', async () => {
    expect(await readForeignKeys(client, 'collects')).toEqual([
      'FOREIGN KEY (people_pk) REFERENCES peoples(pk) DEFERRABLE',
      'FOREIGN KEY (task_pk) REFERENCES tasks(pk) ON DELETE SET NULL',
      'FOREIGN KEY (workspace_pk) REFERENCES workspaces(pk) ON UPDATE CASCADE ON DELETE CASCADE',
      'FOREIGN KEY (workspace_pk, people_pk) REFERENCES peoples(workspace_pk, pk) DEFERRABLE',
      'FOREIGN KEY (workspace_pk, task_pk) REFERENCES tasks(workspace_pk, pk) ON DELETE SET NULL (task_pk) DEFERRABLE',
    ]);
  });
});

describe('every table', () => {
  const tables = `
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'schema_migrations'`;
  const has = (column: string) =>
    `exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = '${column}')`;

  test('is there', async () => {
    expect(await strings(`select c.relname as name ${tables} order by 1`)).toEqual([
      'accounts',
      'api_keys',
      'collects',
      'companies',
      'company_emails',
      'company_locations',
      'company_media',
      'company_people',
      'company_phones',
      'company_terms',
      'company_web_links',
      'connectors',
      'custom_column_values',
      'custom_columns',
      'document_extractions',
      'document_structured_extractions',
      'documents',
      'emails',
      'enrichment_batches',
      'enrichment_task_events',
      'enrichment_tasks',
      'exchange_rates',
      'field_provenance',
      'field_rule_values',
      'field_rules',
      'idempotency_keys',
      'invoice_items',
      'invoice_payment_means',
      'invoice_transactions',
      'invoices',
      'locations',
      'media',
      'memberships',
      'model_usage',
      'payment_means',
      'peoples',
      'person_emails',
      'person_locations',
      'person_media',
      'person_phones',
      'person_web_links',
      'phones',
      'provider_connectors',
      'providers',
      'reconciliation_links',
      'task_templates',
      'tasks',
      'transaction_documents',
      'transaction_terms',
      'transactions',
      'web_links',
      'workspace_accounting_settings',
      'workspace_connector_sync_logs',
      'workspace_connectors',
      'workspace_providers',
      'workspaces',
    ]);
  });

  test('says what it is for', async () => {
    expect(
      await strings(`select c.relname as name ${tables} and obj_description(c.oid, 'pg_class') is null`),
    ).toEqual([]);
  });

  test('says what each column of the two core tables means, internal ones included', async () => {
    const silent = await strings(`
      select a.attrelid::regclass || '.' || a.attname as name
      from pg_attribute a
      where a.attrelid in ('enrichment_tasks'::regclass, 'collects'::regclass)
        and a.attnum > 0
        and col_description(a.attrelid, a.attnum) is null`);
    expect(silent).toEqual([]);
  });

  test('with an updated_at keeps it by a trigger', async () => {
    const without = await strings(`
      select c.relname as name ${tables} and ${has('updated_at')}
        and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'set_updated_at')`);
    expect(without).toEqual([]);
  });

  test('with a workspace forces row level security and has a policy for it', async () => {
    const open = await strings(`
      select c.relname as name ${tables} and ${has('workspace_pk')}
        and not (
          c.relrowsecurity and c.relforcerowsecurity
          and exists (
            select from pg_policy p
            where p.polrelid = c.oid
              and p.polcmd = '*'
              and pg_get_expr(p.polqual, c.oid) like '%workspace_pk = %wellspring.workspace_pk%'
              and pg_get_expr(p.polwithcheck, c.oid) like '%workspace_pk = %wellspring.workspace_pk%'
          )
        )`);
    expect(open).toEqual([]);
  });

  test('but the global catalogues has row level security', async () => {
    const open = await strings(`
      select c.relname as name ${tables} and not (c.relrowsecurity and c.relforcerowsecurity) order by 1`);
    expect(open).toEqual([
      'connectors',
      'exchange_rates',
      'provider_connectors',
      'providers',
      'task_templates',
    ]);
  });

  test('that references another tenant table carries the workspace in a foreign key of the same column', async () => {
    const plain = await strings(`
      select k.conrelid::regclass || '.' || a.attname as name
      from pg_class c
      join pg_constraint k on k.conrelid = c.oid and k.contype = 'f' and cardinality(k.conkey) = 1
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
      join pg_class target on target.oid = k.confrelid
      where ${has('workspace_pk')}
        and a.attname <> 'workspace_pk'
        and exists (select from pg_attribute t where t.attrelid = target.oid and t.attname = 'workspace_pk')
        and not exists (
          select from pg_constraint pair
          where pair.conrelid = c.oid and pair.contype = 'f' and cardinality(pair.conkey) = 2 and a.attnum = any(pair.conkey)
        )`);
    expect(plain).toEqual([]);
  });

  test('has an index that starts with each column of a foreign key', async () => {
    const bare = await strings(`
      select k.conrelid::regclass || ' ' || k.conname as name
      from pg_constraint k
      where k.contype = 'f'
        and not exists (
          select from pg_index i where i.indrelid = k.conrelid and i.indkey[0] = any(k.conkey)
        )`);
    expect(bare).toEqual([]);
  });

  test('that may null a reference to a tenant table keeps the workspace', async () => {
    const careless = await strings(`
      select conname as name from pg_constraint
      where contype = 'f' and confdeltype = 'n' and cardinality(conkey) > 1 and confdelsetcols is null`);
    expect(careless).toEqual([]);
  });
});

test('currencies are those of ISO 4217, with the ones withdrawn lately', async () => {
  const labels = await readLabels(client, 'currency_code_enum');

  expect(labels).toEqual(
    expect.arrayContaining(['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'XCG', 'SLE', 'VED', 'ZWG', 'BGN']),
  );
  expect(labels.filter((label) => !/^[A-Z]{3}$/.test(label))).toEqual([]);
});

import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MergeableTable, references, unmovedReferences } from '../../../shared/db/record-references.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { owner } from '../../support/pipeline.ts';

let fresh: FreshDatabase;
let client: pg.Client;
beforeAll(async () => {
  fresh = await freshDatabase();
  client = await owner(fresh.url);
});
afterAll(async () => {
  await client.end();
  await fresh.drop();
});

const nameOf = ({ table, column }: { table: string; column: string }) => `${table}.${column}`;
const tables = Object.keys(references) as MergeableTable[]; // its keys, which are typed so

test.each(tables)('a merge moves every foreign key to %s that the database knows', async (table) => {
  const { rows } = await client.query<{ table: string; column: string }>(
    `select distinct k.conrelid::regclass::text as table, a.attname as column
     from pg_constraint k
     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
     where k.contype = 'f'
       and k.confrelid = $1::regclass
       and a.attname not in ('workspace_pk', 'pk')`,
    [table],
  );

  const known = [...references[table], ...unmovedReferences.filter(() => table === 'companies')].map(nameOf);
  expect(known.sort()).toEqual(rows.map(nameOf).sort());
});

test('a merge knows every unique index that two rows of one record could meet in', async () => {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `select i.indrelid::regclass::text as table, array_agg(a.attname order by a.attnum) as columns
     from pg_index i
     join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
     where i.indisunique and not i.indisprimary
     group by i.indexrelid, i.indrelid`,
  );
  const all = tables.flatMap((table) => references[table]);

  const meeting = all.filter(({ table, column }) =>
    rows.some((index) => index.table === table && index.columns.includes(column)),
  );

  expect(meeting.length).toBeGreaterThan(0);
  expect(meeting.filter(({ says }) => !says).map(nameOf)).toEqual([]);
});

test('a text column that names a record by its public id is one that a merge moves', async () => {
  const { rows } = await client.query<{ name: string }>(
    `select table_name || '.' || column_name as name
     from information_schema.columns
     where table_schema = 'public'
       and data_type in ('text', 'character varying')
       and (column_name ~ '(entity|record|source|target|company|person|people|account)(_ref)?_id$')
     order by 1`,
  );

  expect(rows.map(({ name }) => name)).toEqual([
    'custom_column_values.record_id',
    'enrichment_tasks.entity_id',
    'field_provenance.entity_id',
    'field_rule_values.record_id',
    // The integrator's own key, which names no record here.
    'peoples.external_person_id',
    'reconciliation_links.source_id',
    'reconciliation_links.target_id',
    'tasks.company_ref_id',
  ]);
});

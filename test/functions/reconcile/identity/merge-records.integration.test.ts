import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { identityKindOf } from '../../../../functions/reconcile/identity/identity-kinds.ts';
import { mergeRecords } from '../../../../functions/reconcile/identity/merge-records.ts';
import type { Database } from '../../../../shared/db/pool.ts';
import { references } from '../../../../shared/db/record-references.ts';
import { type FreshDatabase, freshDatabase } from '../../../support/database.ts';
import {
  insertCompany,
  insertInvoice,
  insertPerson,
  insertProvenance,
  insertTask,
  insertTransaction,
  insertWorkspace,
} from '../../../support/factories.ts';
import { owner, workerDatabase } from '../../../support/pipeline.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;
let workspacePk: number;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = workerDatabase(fresh.url);
  client = await owner(fresh.url);
});
beforeEach(async () => {
  workspacePk = (await insertWorkspace(client)).pk;
});
afterAll(async () => {
  await client.end();
  await database.close();
  await fresh.drop();
});

const rows = async (text: string, ...values: unknown[]) => (await client.query(text, values)).rows;
const insert = async (table: string, columns: Record<string, unknown>): Promise<Record<string, unknown>> => {
  const given = Object.entries({ workspace_pk: workspacePk, ...columns });
  const [row] = await rows(
    `insert into ${table} (${given.map(([name]) => `"${name}"`).join()}) values (${given.map((_, at) => `$${at + 1}`).join()}) returning *`,
    ...given.map(([, value]) => value),
  );
  return row;
};

const merge = async (type: 'company' | 'person' | 'account', primaryId: string, secondaryId: string) => {
  const kind = identityKindOf(type);
  if (!kind) throw new Error(`${type} cannot be merged`);
  const task = await insertTask(client, workspacePk, { entity_type: type, entity_id: primaryId });
  const result = await database.inWorkspace(workspacePk, async (db) => {
    const locked = await kind.lock(db, { workspacePk, ids: [primaryId, secondaryId] });
    const [primary, secondary] = [primaryId, secondaryId].map((id) => locked.find((each) => each.id === id));
    if (!primary || !secondary) throw new Error('both must be there');
    return mergeRecords(db, kind, { workspacePk, primary, secondary, task });
  });
  return { ...result, task };
};

/** What still points at a row, by the list that a test holds to the database's own. */
const pointingAt = async (table: keyof typeof references, pk: number) => {
  const left = [];
  for (const { table: from, column } of references[table])
    if ((await rows(`select from ${from} where ${column} = $1`, pk)).length > 0)
      left.push(`${from}.${column}`);
  return left;
};

describe('two companies', () => {
  let primary: { pk: number; company_id: string };
  let secondary: { pk: number; company_id: string };
  beforeEach(async () => {
    primary = await insertCompany(client, workspacePk, { name: 'Ondine', domain: 'ondine.example' });
    secondary = await insertCompany(client, workspacePk, { name: 'Ondine Prints GmbH' });
  });
  const contact = async (
    kind: 'email' | 'phone',
    company: { pk: number },
    columns: Record<string, unknown>,
  ) => {
    const atom = await insert(`${kind}s`, columns);
    return insert(`company_${kind}s`, { company_pk: company.pk, [`${kind}_pk`]: atom.pk });
  };

  test('leave nothing behind: every reference moves, and what both had is there once', async () => {
    const person = await insertPerson(client, workspacePk);
    const colleague = await insertPerson(client, workspacePk);
    for (const [company, who] of [
      [primary, person],
      [secondary, person],
      [secondary, colleague],
    ] as const)
      await insert('company_people', { company_pk: company.pk, person_pk: who.pk });
    await insertCompany(client, workspacePk, { parent_company_pk: secondary.pk });
    await insertInvoice(client, workspacePk, { issuer_pk: secondary.pk });
    await insertInvoice(client, workspacePk, { receiver_pk: secondary.pk, deleted_at: '2026-01-01' });
    await contact('email', primary, { value: 'office@ondine.example', is_primary: true });
    await contact('email', secondary, { value: 'Office@Ondine.example', is_primary: true });
    await contact('email', secondary, { value: 'print@ondine.example', is_primary: true });
    await contact('phone', secondary, { e164_number: '+33100000001', is_primary: true });
    for (const company of [primary, secondary]) {
      const place = await insert('locations', { city: company === primary ? 'Lyon' : 'LYON', country: 'FR' });
      await insert('company_locations', { company_pk: company.pk, location_pk: place.pk });
      const logo = await insert('media', { media_type: 'logo', path: `logos/${company.pk}` });
      await insert('company_media', { company_pk: company.pk, media_pk: logo.pk });
      const site = await insert('web_links', { url: `https://ondine.example/${company.pk}` });
      await insert('company_web_links', { company_pk: company.pk, web_link_pk: site.pk });
    }

    const { fks_migrated } = await merge('company', primary.company_id, secondary.company_id);

    expect(await pointingAt('companies', secondary.pk)).toEqual([]);
    const live = (table: string, columns: string) =>
      rows(
        `select ${columns} from ${table} l where company_pk = $1 and deleted_at is null order by 1`,
        primary.pk,
      );
    expect(await live('company_people', 'person_pk')).toEqual([
      { person_pk: person.pk },
      { person_pk: colleague.pk },
    ]);
    expect(
      await rows(
        `select e.value, e.is_primary from company_emails l join emails e on e.pk = l.email_pk
         where l.company_pk = $1 and l.deleted_at is null order by 1`,
        primary.pk,
      ),
    ).toEqual([
      { value: 'office@ondine.example', is_primary: true },
      { value: 'print@ondine.example', is_primary: false },
    ]);
    expect(await rows('select is_primary from phones where workspace_pk = $1', workspacePk)).toEqual([
      { is_primary: true },
    ]);
    expect(await live('company_locations', 'pk')).toHaveLength(1);
    expect(await live('company_media', 'pk')).toHaveLength(1);
    expect(await live('company_web_links', 'pk')).toHaveLength(2);
    expect(fks_migrated).toBe(11);
    expect(await rows('select deleted_at from companies where pk = $1', secondary.pk)).toEqual([
      { deleted_at: expect.any(Date) },
    ]);
  });

  test('become one set of fields: what stands stays, what is empty is filled with who said so', async () => {
    await client.query(
      `update companies set domain = 'else.example', registered_name = 'Ondine Prints GmbH', tax_id_value = 'DE 123',
         tax_id_type = 'vat', canonical_tax_id = 'DE123', description = 'Prints.' where pk = $1`,
      [secondary.pk],
    );
    const provenance = { entity_type: 'company', confidence: 0.8 };
    const said = { ...provenance, entity_id: secondary.company_id, source: 'registry' };
    for (const field of ['tax_id_value', 'domain'])
      await insertProvenance(client, workspacePk, { ...said, field });
    await insertProvenance(client, workspacePk, {
      ...provenance,
      entity_id: primary.company_id,
      field: 'description',
      source: 'model',
    });

    await merge('company', primary.company_id, secondary.company_id);

    const [merged] = await rows('select * from companies where pk = $1', primary.pk);
    expect(merged).toMatchObject({
      ...{
        name: 'Ondine',
        domain: 'ondine.example',
        domain_normalized: 'ondine.example',
        description: 'Prints.',
      },
      ...{ registered_name: 'Ondine Prints GmbH', canonical_legal_name: 'ONDINE PRINTS' },
      ...{ tax_id_value: 'DE 123', tax_id_type: 'vat', canonical_tax_id: 'DE123' },
    });
    expect(
      await rows(
        'select field, source, confidence from field_provenance where entity_id = $1 order by 1',
        primary.company_id,
      ),
    ).toEqual([
      // Nobody recorded who wrote it, and the model did not.
      { field: 'description', source: 'unknown', confidence: null },
      { field: 'tax_id_value', source: 'registry', confidence: '0.80' },
    ]);
  });

  test('have one to-do item per provider, one cell per column and one value per rule', async () => {
    const todo = (company: { company_id: string }, columns: object) =>
      insert('tasks', {
        title: 'Fetch',
        executor_type: 'human',
        company_ref_id: company.company_id,
        ...columns,
      });
    await todo(primary, { provider_ref_id: 'p1' });
    await todo(secondary, { provider_ref_id: 'p1' });
    await todo(secondary, { provider_ref_id: 'p2' });
    await insert('tasks', {
      title: 'Look',
      executor_type: 'human',
      references: JSON.stringify([{ type: 'company', id: secondary.company_id }]),
    });
    const columnOf = (field_key: string) =>
      insert('custom_columns', { root: 'companies', name: field_key, field_key, type: 'text' });
    const cell = (column: { pk?: unknown }, company: { company_id: string }, value: unknown) =>
      insert('custom_column_values', {
        custom_column_pk: column.pk,
        record_id: company.company_id,
        root: 'companies',
        value: JSON.stringify({ value }),
      });
    const [both, empty, one] = [await columnOf('both'), await columnOf('empty'), await columnOf('one')];
    await cell(both, primary, 'kept');
    await cell(both, secondary, 'dropped');
    await cell(empty, primary, null);
    await cell(empty, secondary, 'taken');
    await cell(one, secondary, 'moved');
    const rule = await insert('field_rules', { root: 'companies', field_key: 'name' });
    const other = await insert('field_rules', { root: 'companies', field_key: 'domain' });
    for (const [each, company] of [
      [rule, primary],
      [rule, secondary],
      [other, secondary],
    ] as const)
      await insert('field_rule_values', {
        field_rule_pk: each.pk,
        record_id: company.company_id,
        root: 'companies',
      });

    await merge('company', primary.company_id, secondary.company_id);

    expect(
      await rows(
        'select provider_ref_id, company_ref_id, status from tasks where provider_ref_id is not null and workspace_pk = $1 order by pk',
        workspacePk,
      ),
    ).toEqual([
      { provider_ref_id: 'p1', company_ref_id: primary.company_id, status: 'open' },
      { provider_ref_id: 'p1', company_ref_id: primary.company_id, status: 'cancelled' },
      { provider_ref_id: 'p2', company_ref_id: primary.company_id, status: 'open' },
    ]);
    expect(
      await rows(
        `select "references" as links from tasks where title = 'Look' and workspace_pk = $1`,
        workspacePk,
      ),
    ).toEqual([{ links: [{ type: 'company', id: primary.company_id }] }]);
    expect(
      (
        await rows(
          'select value from custom_column_values where record_id = $1 and deleted_at is null order by pk',
          primary.company_id,
        )
      ).map(({ value }) => value.value),
    ).toEqual(['kept', 'taken', 'moved']);
    expect(
      await rows(
        'select field_rule_pk from field_rule_values where record_id = $1 order by 1',
        primary.company_id,
      ),
    ).toEqual([{ field_rule_pk: rule.pk }, { field_rule_pk: other.pk }]);
  });

  test('are one company to open tasks and to what was claimed about them', async () => {
    const third = await insertCompany(client, workspacePk);
    const open = { entity_id: secondary.company_id, enrichment_type: 'ai_company', input_hash: 'sha256:1' };
    const input = JSON.stringify({ company_id: secondary.company_id });
    const pending = await insertTask(client, workspacePk, { ...open, input });
    const ended = await insertTask(client, workspacePk, {
      ...open,
      status: 'completed',
      completed_at: '2026-01-01',
    });
    const claim = (source: { company_id: string }, target: { company_id: string }, columns: object = {}) =>
      insert('reconciliation_links', {
        ...{
          source_type: 'company',
          source_id: source.company_id,
          target_type: 'company',
          target_id: target.company_id,
        },
        ...{ action: 'merge', confidence: 0.6, ...columns },
      });
    const own = await claim(primary, secondary);
    const asked = await claim(secondary, third);
    const declined = await claim(third, secondary, { deleted_at: '2026-01-01' });

    const { fks_migrated, task } = await merge('company', primary.company_id, secondary.company_id);

    const tasks = (pk: number) =>
      rows('select entity_id, input, input_hash from enrichment_tasks where pk = $1', pk);
    expect(await tasks(pending.pk)).toEqual([
      { entity_id: primary.company_id, input: { company_id: primary.company_id }, input_hash: null },
    ]);
    expect(await tasks(ended.pk)).toMatchObject([{ entity_id: secondary.company_id }]);
    expect(
      await rows(
        'select actor, detail from enrichment_task_events where enrichment_task_pk = $1',
        pending.pk,
      ),
    ).toEqual([
      {
        actor: `task:${task.enrichment_task_id}`,
        detail: { action: 'retarget', from: secondary.company_id, to: primary.company_id },
      },
    ]);
    const pairs = async (pk: unknown) =>
      rows('select source_id as source, target_id as target from reconciliation_links where pk = $1', pk);
    expect(await pairs(own.pk)).toEqual([{ source: primary.company_id, target: secondary.company_id }]);
    expect(await pairs(asked.pk)).toEqual([{ source: primary.company_id, target: third.company_id }]);
    expect(await pairs(declined.pk)).toEqual([{ source: third.company_id, target: primary.company_id }]);
    expect(fks_migrated).toBe(3);
  });
});

test('two people leave nothing behind, seats and connections included', async () => {
  const primary = await insertPerson(client, workspacePk, { job_title: 'Printer' });
  const secondary = await insertPerson(client, workspacePk, {
    external_person_id: 'x-1',
    job_title: 'Manager',
  });
  const of = { person_pk: secondary.pk };
  await insert('memberships', { ...of, firebase_id: 'somebody' });
  await insert('tasks', {
    title: 'Look',
    executor_type: 'human',
    assigned_to_pk: secondary.pk,
    created_by_pk: secondary.pk,
  });
  const { pk: connector_pk } = (
    await rows(
      `insert into connectors (name, slug, provider) values ('Example', $1, 'well') returning pk`,
      `c-${workspacePk}`,
    )
  )[0];
  await insert('workspace_connectors', { ...of, connector_pk, config: JSON.stringify({ secret: 1 }) });
  await insert('collects', { people_pk: secondary.pk });
  await insert('payment_means', of);
  const email = await insert('emails', { value: 'some@body.example' });
  for (const person of [primary, secondary])
    await insert('person_emails', { person_pk: person.pk, email_pk: email.pk });

  const { fks_migrated } = await merge('person', primary.person_id, secondary.person_id);

  expect(await pointingAt('peoples', secondary.pk)).toEqual([]);
  expect(fks_migrated).toBe(7);
  expect(await rows('select external_person_id, job_title from peoples where pk = $1', primary.pk)).toEqual([
    { external_person_id: 'x-1', job_title: 'Printer' },
  ]);
  expect(
    await rows('select pk from person_emails where person_pk = $1 and deleted_at is null', primary.pk),
  ).toHaveLength(1);
});

test('two accounts are one way to pay, and what was paid on either is paid on it', async () => {
  const company = await insertCompany(client, workspacePk);
  const accountOf = (columns: object) => insert('accounts', { iban: 'DE02120300000000202051', ...columns });
  const [primary, secondary] = [
    await accountOf({}),
    await accountOf({ bic: 'AAAADEFF', ownership: 'counterparty' }),
  ];
  const means = [];
  for (const account of [primary, secondary])
    means.push(await insert('payment_means', { account_pk: account.pk, company_pk: company.pk }));
  const [first, second] = means;
  const invoice = await insertInvoice(client, workspacePk);
  for (const each of means)
    await insert('invoice_payment_means', { invoice_pk: invoice.pk, payment_means_pk: each.pk });
  const payment = await insertTransaction(client, workspacePk, {
    creditor_payment_means_pk: second?.pk as number,
  });

  const { fks_migrated } = await merge('account', String(primary.account_id), String(secondary.account_id));

  expect(fks_migrated).toBe(1);
  expect(await pointingAt('accounts', Number(secondary.pk))).toEqual([]);
  expect(await pointingAt('payment_means', Number(second?.pk))).toEqual([]);
  expect(
    await rows('select creditor_payment_means_pk as means from transactions where pk = $1', payment.pk),
  ).toEqual([{ means: first?.pk }]);
  expect(
    await rows(
      'select payment_means_pk as means from invoice_payment_means where invoice_pk = $1 and deleted_at is null',
      invoice.pk,
    ),
  ).toEqual([{ means: first?.pk }]);
  expect(
    await rows('select pk from payment_means where workspace_pk = $1 and deleted_at is null', workspacePk),
  ).toEqual([{ pk: first?.pk }]);
  expect(await rows('select bic, ownership from accounts where pk = $1', primary.pk)).toEqual([
    { bic: 'AAAADEFF', ownership: 'counterparty' },
  ]);
});

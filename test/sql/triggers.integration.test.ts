import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import {
  insertCollect,
  insertCompany,
  insertDocument,
  insertEnrichmentTask,
  insertEvent,
  insertPerson,
  insertTodo,
  insertTransaction,
  insertWorkspace,
  one,
} from './fixtures.ts';

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
beforeEach(() => client.query('begin'));
afterEach(() => client.query('rollback'));

/** Runs a statement that must fail, without losing the transaction it fails in. */
const refusal = async (text: string, values: unknown[] = []): Promise<pg.DatabaseError> => {
  await client.query('savepoint attempt');
  try {
    await client.query(text, values);
  } catch (error) {
    await client.query('rollback to attempt');
    if (error instanceof pg.DatabaseError) return error;
    throw error;
  }
  throw new Error(`was accepted: ${text}`);
};

describe('updated_at', () => {
  test('is set on insert', async () => {
    const workspacePk = await insertWorkspace(client);

    const row = await one(client, 'select updated_at = created_at as same from workspaces where pk = $1', [
      workspacePk,
    ]);

    expect(row).toEqual({ same: true });
  });

  test('moves on every update, whatever the statement says', async () => {
    const workspacePk = await insertWorkspace(client);
    const pk = await insertEnrichmentTask(client, { workspacePk });
    const update = `update enrichment_tasks set attempt = attempt + 1, updated_at = '2000-01-01' where pk = $1
      returning updated_at::text`;

    const first = await one<{ updated_at: string }>(client, update, [pk]);
    const second = await one<{ updated_at: string }>(client, update, [pk]);

    const order = await one(
      client,
      `select created_at < $2::timestamptz and $2::timestamptz < $3::timestamptz as moved
      from enrichment_tasks where pk = $1`,
      [pk, first.updated_at, second.updated_at],
    );
    expect(order).toEqual({ moved: true });
  });

  test.each(['enrichment_tasks', 'collects'])('leaves created_at of %s as it was set', async (table) => {
    const workspacePk = await insertWorkspace(client);
    await insertEnrichmentTask(client, { workspacePk });
    await insertCollect(client, { workspacePk, peoplePk: await insertPerson(client, workspacePk) });

    const error = await refusal(
      `update ${table} set created_at = now() - interval '1 day' where workspace_pk = $1`,
      [workspacePk],
    );

    expect(error).toMatchObject({ code: '23514', constraint: `${table}_identity_check` });
  });
});

describe('completed_at', () => {
  test.each(['completed', 'failed', 'rejected'])('must be set when a task is %s', async (status) => {
    const pk = await insertEnrichmentTask(client, { workspacePk: await insertWorkspace(client) });

    const error = await refusal('update enrichment_tasks set status = $2 where pk = $1', [pk, status]);
    await client.query('update enrichment_tasks set status = $2, completed_at = now() where pk = $1', [
      pk,
      status,
    ]);

    expect(error).toMatchObject({ constraint: 'enrichment_tasks_completed_at_check' });
  });

  test.each(['pending', 'processing', 'awaiting_approval'])(
    'must not be set while a task is %s',
    async (status) => {
      const pk = await insertEnrichmentTask(client, { workspacePk: await insertWorkspace(client) });

      const error = await refusal(
        'update enrichment_tasks set status = $2, completed_at = now() where pk = $1',
        [pk, status],
      );
      await client.query('update enrichment_tasks set status = $2 where pk = $1', [pk, status]);

      expect(error).toMatchObject({ constraint: 'enrichment_tasks_completed_at_check' });
    },
  );
});

describe('sizes', () => {
  test('an input.record_id that no index row could hold is refused by a check', async () => {
    const workspacePk = await insertWorkspace(client);

    const error = await refusal(
      `insert into enrichment_tasks (workspace_pk, enrichment_type, entity_type, entity_id, input)
       values ($1, 'monthly_close', 'month', 'm', jsonb_build_object('record_id', repeat('x', 9000)))`,
      [workspacePk],
    );

    expect(error).toMatchObject({ constraint: 'enrichment_tasks_input_record_id_check' });
  });

  test('an input_hash has its documented form and fits an index', async () => {
    const workspacePk = await insertWorkspace(client);
    await insertEnrichmentTask(client, { workspacePk, inputHash: 'sha256:abc123' });
    await insertEnrichmentTask(client, { workspacePk, inputHash: `sha256:${'0'.repeat(64)}` });

    for (const hash of ['md5:abc123', `sha256:${'0'.repeat(65)}`]) {
      const error = await refusal(
        `insert into enrichment_tasks (workspace_pk, enrichment_type, entity_type, entity_id, input_hash)
         values ($1, 'logo', 'company', 'c', $2)`,
        [workspacePk, hash],
      );
      expect(error).toMatchObject({ constraint: 'enrichment_tasks_input_hash_check' });
    }
  });
});

describe('the workspace of a collect', () => {
  test('does not change by a statement, not even from null', async () => {
    const here = await insertWorkspace(client);
    const there = await insertWorkspace(client);
    const peoplePk = await insertPerson(client, here);
    const bound = await insertCollect(client, { workspacePk: here, peoplePk });
    const legacy = await insertCollect(client, { workspacePk: null, peoplePk });

    for (const [pk, workspacePk] of [
      [bound, there],
      [bound, null],
      [legacy, here],
    ]) {
      const error = await refusal('update collects set workspace_pk = $2 where pk = $1', [pk, workspacePk]);
      expect(error).toMatchObject({ code: '23514', constraint: 'collects_workspace_immutable' });
    }
  });

  test('does not change in a trigger of another table either', async () => {
    const here = await insertWorkspace(client);
    const there = await insertWorkspace(client);
    await insertCollect(client, { workspacePk: here, peoplePk: await insertPerson(client, here) });
    await client.query(`
      create function steal() returns trigger language plpgsql as $$
      begin update collects set workspace_pk = ${there}; return new; end $$;
      create trigger steal after update on companies for each row execute function steal();
    `);
    await insertCompany(client, here);

    const error = await refusal(`update companies set name = 'x'`);

    expect(error).toMatchObject({ constraint: 'collects_workspace_immutable' });
  });

  test('follows the key of its workspace, with everything that hangs on it', async () => {
    const before = await insertWorkspace(client);
    const peoplePk = await insertPerson(client, before);
    const taskPk = await insertTodo(client, before);
    const collectPk = await insertCollect(client, { workspacePk: before, peoplePk, taskPk });
    const enrichmentTaskPk = await insertEnrichmentTask(client, { workspacePk: before });
    await insertEnrichmentTask(client, {
      workspacePk: before,
      entityId: 'c-2',
      parentTaskPk: enrichmentTaskPk,
    });
    await insertEvent(client, before, enrichmentTaskPk);
    await client.query('update workspaces set own_company_pk = $2 where pk = $1', [
      before,
      await insertCompany(client, before),
    ]);

    const { pk: after } = await one<{ pk: number }>(
      client,
      'update workspaces set pk = pk + 1000000 where pk = $1 returning pk',
      [before],
    );

    await client.query('set constraints all immediate');
    expect(
      await one(client, 'select workspace_pk, people_pk, task_pk from collects where pk = $1', [collectPk]),
    ).toEqual({ workspace_pk: after, people_pk: peoplePk, task_pk: taskPk });
    expect(
      await one(client, 'select count(*)::int as rows from enrichment_task_events where workspace_pk = $1', [
        after,
      ]),
    ).toEqual({ rows: 1 });
  });
});

describe('deletes', () => {
  test('a deleted to-do leaves the collect in its workspace', async () => {
    const workspacePk = await insertWorkspace(client);
    const taskPk = await insertTodo(client, workspacePk);
    const pk = await insertCollect(client, {
      workspacePk,
      peoplePk: await insertPerson(client, workspacePk),
      taskPk,
    });

    await client.query('delete from tasks where pk = $1', [taskPk]);

    expect(await one(client, 'select workspace_pk, task_pk from collects where pk = $1', [pk])).toEqual({
      workspace_pk: workspacePk,
      task_pk: null,
    });
  });

  test('a deleted parent leaves its subtasks', async () => {
    const workspacePk = await insertWorkspace(client);
    const parentTaskPk = await insertEnrichmentTask(client, { workspacePk });
    const pk = await insertEnrichmentTask(client, { workspacePk, entityId: 'c-2', parentTaskPk });

    await client.query('delete from enrichment_tasks where pk = $1', [parentTaskPk]);

    expect(
      await one(client, 'select workspace_pk, parent_task_pk from enrichment_tasks where pk = $1', [pk]),
    ).toEqual({
      workspace_pk: workspacePk,
      parent_task_pk: null,
    });
  });

  test('a document that is attached to a transaction stays', async () => {
    const workspacePk = await insertWorkspace(client);
    const documentPk = await insertDocument(client, workspacePk);
    const transactionPk = await insertTransaction(client, workspacePk);
    const attach = 'insert into transaction_documents (transaction_pk, document_pk) values ($1, $2)';
    await client.query(attach, [transactionPk, documentPk]);

    const twice = await refusal(attach, [transactionPk, documentPk]);
    const error = await refusal('delete from documents where pk = $1', [documentPk]);

    expect(twice).toMatchObject({ constraint: 'uq_transaction_documents_one_active_per_transaction' });
    expect(error).toMatchObject({ code: '23503', constraint: 'transaction_documents_document_pk_fkey' });
  });

  test('a workspace takes its rows with it, events and attached documents included', async () => {
    const workspacePk = await insertWorkspace(client);
    const peoplePk = await insertPerson(client, workspacePk);
    await insertCollect(client, { workspacePk, peoplePk });
    await insertCollect(client, { workspacePk, peoplePk, taskPk: await insertTodo(client, workspacePk) });
    await insertEvent(client, workspacePk, await insertEnrichmentTask(client, { workspacePk }));
    await client.query('insert into transaction_documents (transaction_pk, document_pk) values ($1, $2)', [
      await insertTransaction(client, workspacePk),
      await insertDocument(client, workspacePk),
    ]);
    await client.query('update workspaces set own_company_pk = $2 where pk = $1', [
      workspacePk,
      await insertCompany(client, workspacePk),
    ]);

    await client.query('delete from workspaces where pk = $1', [workspacePk]);

    await client.query('set constraints all immediate');
    for (const table of [
      'collects',
      'peoples',
      'enrichment_tasks',
      'enrichment_task_events',
      'transaction_documents',
    ]) {
      expect(await one(client, `select count(*)::int as rows from ${table}`)).toEqual({ rows: 0 });
    }
  });
});

describe('events', () => {
  test('are neither changed nor deleted nor truncated', async () => {
    const workspacePk = await insertWorkspace(client);
    await insertEvent(client, workspacePk, await insertEnrichmentTask(client, { workspacePk }));

    for (const statement of [
      `update enrichment_task_events set actor = 'somebody else'`,
      'delete from enrichment_task_events',
      'truncate enrichment_task_events',
    ]) {
      expect(await refusal(statement)).toMatchObject({ constraint: 'enrichment_task_events_append_only' });
    }
  });

  test('go with their task', async () => {
    const workspacePk = await insertWorkspace(client);
    const pk = await insertEnrichmentTask(client, { workspacePk });
    await insertEvent(client, workspacePk, pk);

    await client.query('delete from enrichment_tasks where pk = $1', [pk]);

    expect(await one(client, 'select count(*)::int as rows from enrichment_task_events')).toEqual({
      rows: 0,
    });
  });

  test('keep the order of one transaction in their times', async () => {
    const workspacePk = await insertWorkspace(client);
    const pk = await insertEnrichmentTask(client, { workspacePk });
    await insertEvent(client, workspacePk, pk);
    await insertEvent(client, workspacePk, pk);

    const row = await one(
      client,
      'select count(distinct created_at)::int as times from enrichment_task_events',
    );

    expect(row).toEqual({ times: 2 });
  });
});

describe('live work is unique', () => {
  test('per workspace and input hash, until it ends', async () => {
    const here = await insertWorkspace(client);
    const there = await insertWorkspace(client);
    const inputHash = 'sha256:abc123';
    const first = await insertEnrichmentTask(client, { workspacePk: here, inputHash });
    await insertEnrichmentTask(client, { workspacePk: there, inputHash });
    const again = `insert into enrichment_tasks (workspace_pk, enrichment_type, entity_type, entity_id, input_hash)
      values ($1, 'logo', 'company', 'c-1', 'sha256:abc123')`;

    const error = await refusal(again, [here]);
    await client.query(
      `update enrichment_tasks set status = 'completed', completed_at = now() where pk = $1`,
      [first],
    );
    await client.query(again, [here]);

    expect(error).toMatchObject({ code: '23505', constraint: 'uniq_enrichment_tasks_live_input_hash' });
  });

  test('a pending monthly_close is unique per entity across workspaces, as documented', async () => {
    const here = await insertWorkspace(client);
    const there = await insertWorkspace(client);
    await insertEnrichmentTask(client, { workspacePk: here, type: 'monthly_close', entityId: '2026-03' });
    const insert = `insert into enrichment_tasks (workspace_pk, enrichment_type, entity_type, entity_id)
      values ($1, 'monthly_close', 'company', $2)`;

    const error = await refusal(insert, [there, '2026-03']);
    await client.query(insert, [there, 'a UUID made from this workspace and the month']);

    expect(error).toMatchObject({ code: '23505', constraint: 'uniq_enrichment_tasks_pending_monthly_close' });
  });

  test('a monthly_close leaves the index when it is claimed or deleted', async () => {
    const workspacePk = await insertWorkspace(client);
    const close = { workspacePk, type: 'monthly_close', entityId: 'm-1' };

    await client.query(`update enrichment_tasks set status = 'processing' where pk = $1`, [
      await insertEnrichmentTask(client, close),
    ]);
    await client.query('update enrichment_tasks set deleted_at = now() where pk = $1', [
      await insertEnrichmentTask(client, close),
    ]);

    await expect(insertEnrichmentTask(client, close)).resolves.toBeTypeOf('number');
  });

  test('one sync log per collect', async () => {
    const workspacePk = await insertWorkspace(client);
    const { pk } = await one<{ pk: number }>(
      client,
      `with c as (insert into connectors (name, slug, provider) values ('c', 'c', 'well') returning pk)
       insert into workspace_connectors (workspace_pk, connector_pk) select $1, pk from c returning pk`,
      [workspacePk],
    );
    const insert = `insert into workspace_connector_sync_logs (workspace_pk, workspace_connector_pk, metadata)
      values ($1, $2, '{"collect_id": "a"}')`;
    await client.query(insert, [workspacePk, pk]);

    expect(await refusal(insert, [workspacePk, pk])).toMatchObject({
      constraint: 'uniq_workspace_connector_sync_logs_collect',
    });
  });
});

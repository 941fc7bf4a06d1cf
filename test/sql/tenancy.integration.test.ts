import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase, roleUrl } from '../support/database.ts';
import {
  insertCollect,
  insertCompany,
  insertDocument,
  insertEnrichmentTask,
  insertEvent,
  insertPerson,
  insertTransaction,
  insertWorkspace,
  one,
} from './fixtures.ts';

let database: FreshDatabase;
let owner: pg.Client;
let api: pg.Client;
let worker: pg.Client;
const here = { workspacePk: 0, personPk: 0, companyPk: 0, taskPk: 0, documentPk: 0, transactionPk: 0 };
const there = { ...here };

beforeAll(async () => {
  database = await freshDatabase();
  const connect = async (connectionString: string) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    return client;
  };
  owner = await connect(database.url);
  api = await connect(roleUrl(database.url, 'wellspring_api'));
  worker = await connect(roleUrl(database.url, 'wellspring_worker'));
  for (const tenant of [here, there]) {
    const workspacePk = await insertWorkspace(owner);
    tenant.workspacePk = workspacePk;
    tenant.personPk = await insertPerson(owner, workspacePk);
    tenant.companyPk = await insertCompany(owner, workspacePk);
    tenant.documentPk = await insertDocument(owner, workspacePk);
    tenant.transactionPk = await insertTransaction(owner, workspacePk);
    tenant.taskPk = await insertEnrichmentTask(owner, { workspacePk });
    await insertEvent(owner, workspacePk, tenant.taskPk);
    await insertCollect(owner, { workspacePk, peoplePk: tenant.personPk });
    await owner.query('insert into transaction_documents (transaction_pk, document_pk) values ($1, $2)', [
      tenant.transactionPk,
      tenant.documentPk,
    ]);
  }
  await insertCollect(owner, { workspacePk: null, peoplePk: here.personPk });
  await owner.query(
    `insert into memberships (workspace_pk, person_pk, firebase_id, status) values ($1, $2, 'ada', 'active'), ($3, $4, 'bob', 'active')`,
    [here.workspacePk, here.personPk, there.workspacePk, there.personPk],
  );
});
afterAll(async () => {
  await Promise.all([owner?.end(), api?.end(), worker?.end()]);
  await database?.drop();
});

/** Runs the work in a transaction of one workspace and rolls it back. */
const within = async <Result>(
  client: pg.Client,
  setting: { workspace_pk?: number; firebase_id?: string },
  work: () => Promise<Result>,
): Promise<Result> => {
  await client.query('begin');
  try {
    for (const [name, value] of Object.entries(setting)) {
      await client.query('select set_config($1, $2, true)', [`wellspring.${name}`, String(value)]);
    }
    return await work();
  } finally {
    await client.query('rollback');
  }
};

const count = async (client: pg.Client, table: string): Promise<number> =>
  (await one<{ rows: number }>(client, `select count(*)::int as rows from ${table}`)).rows;

const domainTables = [
  'peoples',
  'companies',
  'documents',
  'transactions',
  'transaction_documents',
  'collects',
];

describe('a function of a workspace', () => {
  test.each(domainTables)('sees nothing of %s without saying which workspace it is for', async (table) => {
    expect(await count(api, table)).toBe(0);
    expect(await count(worker, table)).toBe(0);
  });

  test.each(domainTables)('sees its own rows of %s and no others', async (table) => {
    const { workspacePk } = here;

    expect(await count(owner, table)).toBeGreaterThan(1);
    expect(await within(api, { workspace_pk: workspacePk }, () => count(api, table))).toBe(1);
    expect(await within(worker, { workspace_pk: workspacePk }, () => count(worker, table))).toBe(1);
  });

  test('sees nothing again once its transaction is over', async () => {
    await within(api, { workspace_pk: here.workspacePk }, () => count(api, 'companies'));

    expect(await count(api, 'companies')).toBe(0);
  });

  test('cannot insert into another workspace', async () => {
    const attempt = within(api, { workspace_pk: here.workspacePk }, () =>
      insertCompany(api, there.workspacePk),
    );

    await expect(attempt).rejects.toMatchObject({ code: '42501' });
  });

  test('cannot move a row to another workspace', async () => {
    const attempt = within(worker, { workspace_pk: here.workspacePk }, () =>
      worker.query('update companies set workspace_pk = $1', [there.workspacePk]),
    );

    await expect(attempt).rejects.toMatchObject({ code: '42501' });
  });

  test('changes nothing of another workspace', async () => {
    const touched = await within(worker, { workspace_pk: here.workspacePk }, () =>
      worker.query(`update companies set name = 'mine' where pk = $1`, [there.companyPk]),
    );

    expect(touched.rowCount).toBe(0);
  });

  test('cannot attach another workspace’s document to its transaction', async () => {
    const attempt = within(api, { workspace_pk: here.workspacePk }, async () => {
      await api.query('update transaction_documents set deleted_at = now()');
      await api.query('insert into transaction_documents (transaction_pk, document_pk) values ($1, $2)', [
        here.transactionPk,
        there.documentPk,
      ]);
    });

    await expect(attempt).rejects.toMatchObject({ code: '42501' });
  });

  test('sees the global catalogues', async () => {
    await owner.query(`insert into providers (name, slug) values ('Example', 'example')`);

    expect(await count(api, 'providers')).toBe(1);
  });

  test('cannot read credentials of connectors', async () => {
    await expect(worker.query('select config from workspace_connectors')).rejects.toMatchObject({
      code: '42501',
    });
  });
});

test('row level security binds an owner that is no superuser', async () => {
  await owner.query('begin');
  try {
    await owner.query('create role plain_owner; grant all on all tables in schema public to plain_owner');
    await owner.query('alter table companies owner to plain_owner; set local role plain_owner');

    expect(await count(owner, 'companies')).toBe(0);
  } finally {
    await owner.query('rollback');
  }
});

describe('a caller', () => {
  test('finds their own memberships with workspace and person before one is chosen, and nothing else', async () => {
    const seen = await within(api, { firebase_id: 'ada' }, async () => ({
      found: (await api.query("select workspace_pk, person_pk from memberships_of('ada')")).rows,
      others: (await api.query("select from memberships_of('bob')")).rowCount,
      memberships: (await api.query('select workspace_pk from memberships')).rows,
      workspaces: await count(api, 'workspaces'),
      people: await count(api, 'peoples'),
      companies: await count(api, 'companies'),
    }));

    expect(seen).toEqual({
      found: [{ workspace_pk: here.workspacePk, person_pk: here.personPk }],
      others: 0,
      memberships: [{ workspace_pk: here.workspacePk }],
      workspaces: 0,
      people: 0,
      companies: 0,
    });
  });

  test('no longer finds a workspace whose membership was revoked', async () => {
    await owner.query(
      `insert into memberships (workspace_pk, person_pk, firebase_id, status, deleted_at) values ($1, $2, 'eve', 'active', now())`,
      [here.workspacePk, here.personPk],
    );

    const found = await within(api, { firebase_id: 'eve' }, () =>
      api.query("select from memberships_of('eve')"),
    );

    expect(found.rowCount).toBe(0);
  });
});

describe('the pipeline', () => {
  test('finds any task, its events and batches from the id alone', async () => {
    expect(await count(worker, 'enrichment_tasks')).toBe(2);
    expect(await count(worker, 'enrichment_task_events')).toBe(2);
    expect(await count(worker, 'enrichment_batches')).toBe(0);
  });

  test('forgets expired answers of every workspace, and no others', async () => {
    await owner.query('begin');
    for (const [key, age] of [
      ['old', '-1 hour'],
      ['new', '1 hour'],
    ]) {
      await owner.query(
        `insert into idempotency_keys (workspace_pk, endpoint, key, request_hash, expires_at)
         values ($1, 'e', $2, 'h', now() + $3::interval)`,
        [there.workspacePk, key, age],
      );
    }
    await owner.query('set local role wellspring_worker');

    const { rows } = await owner.query('delete from idempotency_keys returning key');

    await owner.query('rollback');
    expect(rows).toEqual([{ key: 'old' }]);
  });

  test('that sweeps finds live collects and cancelled to-do items of every workspace, and changes none', async () => {
    const collects = () => count(worker, 'collects');
    await owner.query(
      `insert into collects (workspace_pk, people_pk, status, deleted_at)
       values ($1, $2, 'finalized', null), ($1, $2, 'todo', now())`,
      [there.workspacePk, there.personPk],
    );
    await owner.query(
      `insert into tasks (workspace_pk, title, executor_type, status)
       values ($1, 't', 'system', 'cancelled'), ($1, 't', 'system', 'open')`,
      [there.workspacePk],
    );
    await worker.query('begin');
    await worker.query(`select set_config('wellspring.sweep', 'collects', true)`);

    const seen = [await collects(), await count(worker, 'tasks')];
    const touched = await worker.query('update collects set provider = null');
    await worker.query('rollback');

    expect(seen).toEqual([2, 1]);
    expect(touched.rowCount).toBe(0);
    expect(await collects()).toBe(0);
    await owner.query(`delete from collects where deleted_at is not null or status = 'finalized'`);
  });

  test('cannot rewrite an event', async () => {
    await expect(worker.query(`update enrichment_task_events set actor = 'x'`)).rejects.toMatchObject({
      code: '42501',
    });
  });
});

describe('the API', () => {
  const inWorkspace = <Result>(work: () => Promise<Result>) =>
    within(api, { workspace_pk: here.workspacePk }, work);

  test('enqueues, records the dispatch, describes and deletes', async () => {
    await inWorkspace(async () => {
      const pk = await insertEnrichmentTask(api, { workspacePk: here.workspacePk, entityId: 'c-9' });
      await insertEvent(api, here.workspacePk, pk);
      await api.query(
        `update enrichment_tasks set dispatched_at = now(), description = 'd', deleted_at = now() where pk = $1`,
        [pk],
      );

      expect(
        await one(api, 'select updated_at > created_at as touched from enrichment_tasks where pk = $1', [pk]),
      ).toEqual({
        touched: true,
      });
    });
  });

  test.each([
    `status = 'completed'`,
    `output = '{}'`,
    'attempt = 0',
    'lease_token = null',
    'traceparent = null',
    'completed_at = now()',
    'workspace_pk = workspace_pk',
  ])('cannot set %s of a task', async (assignment) => {
    await expect(
      inWorkspace(() => api.query(`update enrichment_tasks set ${assignment}`)),
    ).rejects.toMatchObject({
      code: '42501',
    });
  });

  test('cannot rewrite or delete an event', async () => {
    await expect(inWorkspace(() => api.query('delete from enrichment_task_events'))).rejects.toMatchObject({
      code: '42501',
    });
  });
});

describe('a reference to another workspace’s row is refused, even for the owner', () => {
  test.each([
    [
      'a person of a collect',
      () => insertCollect(owner, { workspacePk: here.workspacePk, peoplePk: there.personPk }),
    ],
    [
      'a parent of a task',
      () =>
        insertEnrichmentTask(owner, {
          workspacePk: here.workspacePk,
          entityId: 'c-8',
          parentTaskPk: there.taskPk,
        }),
    ],
    ['a task of an event', () => insertEvent(owner, here.workspacePk, there.taskPk)],
    [
      'an issuer of an invoice',
      () =>
        owner.query('insert into invoices (workspace_pk, issuer_pk) values ($1, $2)', [
          here.workspacePk,
          there.companyPk,
        ]),
    ],
    [
      'an own company',
      () =>
        owner.query('update workspaces set own_company_pk = $2 where pk = $1', [
          here.workspacePk,
          there.companyPk,
        ]),
    ],
  ])('%s', async (_what, attempt) => {
    await expect(attempt()).rejects.toMatchObject({ code: '23503' });
  });
});

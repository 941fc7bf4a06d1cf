import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reconcile } from '../../../../functions/reconcile/index.ts';

import type { TaskRow } from '../../../../shared/db/enrichment-tasks.ts';
import type { Database } from '../../../../shared/db/pool.ts';
import { resolveTask } from '../../../../shared/tasks/resolve-task.ts';
import { type FreshDatabase, freshDatabase } from '../../../support/database.ts';
import { insertCompany, insertInvoice, insertPerson, insertWorkspace } from '../../../support/factories.ts';
import { deliver, enqueueOne, owner, taskOf, testRunner, workerDatabase } from '../../../support/pipeline.ts';

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
const company = (columns: object = {}) =>
  insertCompany(client, workspacePk, {
    name: 'Ondine Prints',
    canonical_legal_name: 'ONDINE PRINTS',
    ...columns,
  });
const bill = (issuer: { pk: number }, columns: object = {}) =>
  insertInvoice(client, workspacePk, { issuer_pk: issuer.pk, ...columns });
const autoMerge = () =>
  client.query('update workspaces set auto_merge_enabled = true where pk = $1', [workspacePk]);

const enqueue = (entity_id: string, input: Record<string, unknown> = {}) =>
  enqueueOne(
    testRunner(database),
    workspacePk,
    { enrichment_type: 'reconcile', entity_type: 'company', entity_id, input },
    { force: true },
  );
const run = async ({ company_id }: { company_id: string }) => {
  const runner = testRunner(database);
  const task = await enqueue(company_id);
  await deliver(runner, reconcile, task);
  return taskOf(runner, task);
};
const resolve = (action: 'approve' | 'reject', { enrichment_task_id: taskId }: TaskRow) =>
  resolveTask(database, async () => reconcile, { workspacePk, taskId, action, actor: 'user:somebody' });
const live = async () =>
  (
    await rows(
      'select company_id from companies where workspace_pk = $1 and deleted_at is null order by pk',
      workspacePk,
    )
  ).map(({ company_id }) => company_id);
const links = () =>
  rows(
    `select source_id, target_id, action, confidence, field_contributions, enrichment_task_pk as task, deleted_at is not null as declined
     from reconciliation_links where workspace_pk = $1 order by pk`,
    workspacePk,
  );

describe('two companies that share keys', () => {
  test('are proposed to be one: what more rows point at stays, and the claim is kept', async () => {
    const young = await company({ canonical_tax_id: 'FR1', created_at: '2026-02-01' });
    const old = await company({ canonical_tax_id: 'FR1', created_at: '2026-01-01' });
    await bill(young);

    const task = await run(old);

    const pair = { primary_id: young.company_id, secondary_id: old.company_id };
    expect(task).toMatchObject({
      status: 'awaiting_approval',
      output: {
        status: 'needs_approval',
        mode: 'identity',
        proposals: [{ ...pair, confidence: 0.98, contributions: { tax_id: 0.95, legal_name: 0.6 } }],
      },
    });
    expect(await links()).toEqual([
      {
        ...{ source_id: young.company_id, target_id: old.company_id, action: 'merge', confidence: '0.98' },
        ...{ field_contributions: { tax_id: 0.95, legal_name: 0.6 }, task: task.pk, declined: false },
      },
    ]);
    expect(await live()).toHaveLength(2);
  });

  test('are asked about once, from either of them', async () => {
    const [first, second] = [await company(), await company()];
    await run(first);

    const again = [await run(second), await run(first)];

    for (const task of again)
      expect(task).toMatchObject({
        status: 'completed',
        output: { halt: { code: 'already_proposed' }, proposals: [] },
      });
    expect(await links()).toHaveLength(1);
  });

  test('are not asked about again once declined, until one has another strong key', async () => {
    const [first, second] = [await company({ domain_normalized: 'o.example' }), await company()];
    await resolve('reject', await run(first));
    const declined = await run(second);
    await client.query(`update companies set canonical_tax_id = 'FR1' where pk = $1`, [second.pk]);

    const changed = await run(second);

    expect(declined).toMatchObject({ output: { halt: { code: 'no_candidate' } } });
    expect(changed.status).toBe('awaiting_approval');
    expect((await links()).map((link) => link.declined)).toEqual([true, false]);
  });

  test('one of which is the workspace’s own: that one stays', async () => {
    const own = await company();
    const other = await company();
    await bill(other);
    await client.query('update workspaces set own_company_pk = $1 where pk = $2', [own.pk, workspacePk]);

    expect(await run(other)).toMatchObject({ output: { proposals: [{ primary_id: own.company_id }] } });
  });
});

describe('other records that share keys are proposed to be one', () => {
  const reconciled = async (entity_type: 'person' | 'account', entity_id: string) => {
    const runner = testRunner(database);
    const task = await enqueueOne(runner, workspacePk, {
      enrichment_type: 'reconcile',
      entity_type,
      entity_id,
    });
    await deliver(runner, reconcile, task);
    return (await taskOf(runner, task)).output;
  };
  const give = async (person: { pk: number }, kind: 'email' | 'phone', value: string) =>
    client.query(
      `with atom as (
         insert into ${kind}s (workspace_pk, ${kind === 'email' ? 'value' : 'e164_number'}) values ($1, $2) returning pk
       )
       insert into person_${kind}s (workspace_pk, person_pk, ${kind}_pk) select $1, $3, pk from atom`,
      [workspacePk, value, person.pk],
    );

  test('people by address and number, whatever the case', async () => {
    const [first, second] = [
      await insertPerson(client, workspacePk),
      await insertPerson(client, workspacePk),
    ];
    for (const person of [first, second]) await give(person, 'phone', '+33100000001');
    await give(first, 'email', 'Some@Body.example');
    await give(second, 'email', 'some@body.example');
    await insertPerson(client, workspacePk);

    expect(await reconciled('person', second.person_id)).toMatchObject({
      proposals: [
        { secondary_id: second.person_id, confidence: 0.9875, contributions: { email: 0.95, phone: 0.75 } },
      ],
    });
  });

  test('people by name among colleagues', async () => {
    const { pk } = await company();
    const names = ['Some Body', 'Sömé Body', 'Any Body'];
    const people = [];
    for (const full_name of names) people.push(await insertPerson(client, workspacePk, { full_name }));
    for (const person of people)
      await client.query(
        'insert into company_people (workspace_pk, company_pk, person_pk) values ($1, $2, $3)',
        [workspacePk, pk, person.pk],
      );
    const [first, second] = people;

    expect(await reconciled('person', String(second?.person_id))).toMatchObject({
      proposals: [
        {
          primary_id: first?.person_id,
          secondary_id: second?.person_id,
          contributions: { name_at_company: 0.6 },
        },
      ],
    });
  });

  test('accounts by IBAN, or by number and bank', async () => {
    const account = async (columns: Record<string, string>) => {
      const { bic = null, iban = null, account_number = null } = columns;
      const [row] = await rows(
        'insert into accounts (workspace_pk, iban, bic, account_number) values ($1, $2, $3, $4) returning account_id',
        ...[workspacePk, iban, bic, account_number],
      );
      return row.account_id;
    };
    const [first, second] = [
      await account({ iban: 'DE02120300000000202051' }),
      await account({ iban: 'DE02120300000000202051' }),
    ];
    const [third, fourth] = [
      await account({ account_number: '7', bic: 'AAAADEFF' }),
      await account({ account_number: '7', bic: 'AAAADEFFXXX' }),
    ];
    await account({ account_number: '7', bic: 'BBBBDEFF' });

    expect(await reconciled('account', second)).toMatchObject({
      proposals: [
        { primary_id: first, secondary_id: second, confidence: 0.98, contributions: { iban: 0.98 } },
      ],
    });
    expect(await reconciled('account', third)).toMatchObject({
      proposals: [{ primary_id: third, secondary_id: fourth, contributions: { account_number: 0.9 } }],
    });
  });
});

describe('no candidate is', () => {
  test.each<[string, () => Promise<unknown>]>([
    [
      'a company of another workspace',
      async () =>
        insertCompany(client, (await insertWorkspace(client)).pk, { canonical_legal_name: 'ONDINE PRINTS' }),
    ],
    ['a deleted one', () => company({ deleted_at: '2026-01-01' })],
    ['one with another tax id', () => company({ canonical_tax_id: 'FR2' })],
    ['one that it has billed', async () => bill({ pk: anchor.pk }, { receiver_pk: (await company()).pk })],
    [
      'one that owns its owner',
      async () => {
        const owns = await company();
        const between = await company({ canonical_legal_name: null, parent_company_pk: owns.pk });
        await client.query('update companies set parent_company_pk = $1 where pk = $2', [
          between.pk,
          anchor.pk,
        ]);
      },
    ],
  ])('%s', async (_, arrange) => {
    anchor = await company({ canonical_tax_id: 'FR1' });
    await arrange();

    expect(await run(anchor)).toMatchObject({
      status: 'completed',
      output: { status: 'halted', halt: { code: 'no_candidate' }, mode: 'identity', proposals: [] },
    });
    expect(await links()).toEqual([]);
  });
  let anchor: { pk: number; company_id: string };
});

describe('in a workspace that has sure ones merged', () => {
  beforeEach(autoMerge);

  test('they are merged at once', async () => {
    const [first, second] = [
      await company({ canonical_tax_id: 'FR1' }),
      await company({ canonical_tax_id: 'FR1' }),
    ];
    await bill(second);

    const task = await run(first);

    expect(task).toMatchObject({
      status: 'completed',
      output: {
        status: 'ok',
        merge_result: { primary_id: second.company_id, secondary_id: first.company_id, fks_migrated: 0 },
        followups: [],
      },
    });
    expect(await live()).toEqual([second.company_id]);
  });

  test.each([
    ['likely', {}, {}],
    ['differently called', { canonical_tax_id: 'FR1' }, { canonical_tax_id: 'FR1', name: 'Marlow Studio' }],
  ])('%s ones still are a person’s to decide', async (_, left, right) => {
    const first = await company(left);
    await company(right);

    expect(await run(first)).toMatchObject({ status: 'awaiting_approval' });
  });

  test('a third one follows by a task of its own', async () => {
    const [first, second, third] = [
      await company({ canonical_tax_id: 'FR1' }),
      await company({ canonical_tax_id: 'FR1' }),
      await company({ canonical_tax_id: 'FR1' }),
    ];

    const { output } = await run(second);
    const [followUp] = await rows(
      'select * from enrichment_tasks where enrichment_task_id = $1',
      (output as { followups: string[] }).followups[0],
    );
    await deliver(testRunner(database), reconcile, followUp);

    expect(followUp).toMatchObject({
      entity_id: first.company_id,
      input: { company_id: first.company_id, depth: 1 },
    });
    expect(await live()).toEqual([first.company_id]);
    expect(
      await rows('select pk from companies where pk = any($1) and deleted_at is not null', [
        second.pk,
        third.pk,
      ]),
    ).toHaveLength(2);
  });

  test('two runs at once merge once, whichever they start from', async () => {
    const merged = [];
    for (let round = 0; round < 2; round += 1) {
      const key = { canonical_tax_id: `FR${round}`, canonical_legal_name: null };
      const pair = [await company(key), await company(key)];
      const tasks = await Promise.all(pair.map(({ company_id }) => enqueue(company_id)));
      const runner = testRunner(database);
      await Promise.all(tasks.map((task) => deliver(runner, reconcile, task)));
      merged.push(await Promise.all(tasks.map((task) => taskOf(runner, task))));
    }

    for (const pair of merged) {
      expect(pair.filter(({ output }) => (output as { merge_result?: object })?.merge_result)).toHaveLength(
        1,
      );
      expect(pair.filter(({ attempt }) => attempt !== 1)).toEqual([]);
    }
    expect(await live()).toHaveLength(2);
  });
});

describe('approving', () => {
  const proposed = async () => {
    const [primary, secondary] = [
      await company({ canonical_tax_id: 'FR1' }),
      await company({ canonical_tax_id: 'FR1' }),
    ];
    await bill(primary);
    return { primary, secondary, task: await run(secondary) };
  };

  test('merges and says what moved', async () => {
    const { primary, secondary, task } = await proposed();
    const late = await bill(secondary);

    const resolution = await resolve('approve', task);

    const merge_result = {
      primary_id: primary.company_id,
      secondary_id: secondary.company_id,
      fks_migrated: 1,
    };
    expect(resolution).toMatchObject({ applied: { merge_result }, dispatch: [] });
    expect(await rows('select issuer_pk from invoices where pk = $1', late.pk)).toEqual([
      { issuer_pk: primary.pk },
    ]);
    expect(await rows('select status, output from enrichment_tasks where pk = $1', task.pk)).toMatchObject([
      { status: 'completed', output: { status: 'ok', mode: 'identity', merge_result, followups: [] } },
    ]);
  });

  test.each<[string, (pair: Awaited<ReturnType<typeof proposed>>) => Promise<unknown>]>([
    [
      'one is gone',
      ({ secondary }) =>
        client.query('update companies set deleted_at = now() where pk = $1', [secondary.pk]),
    ],
    [
      'a strong key contradicts',
      ({ primary }) =>
        client.query(`update companies set canonical_tax_id = 'X' where pk = $1`, [primary.pk]),
    ],
    ['one has billed the other', ({ primary, secondary }) => bill(primary, { receiver_pk: secondary.pk })],
    [
      'the one that would go is the workspace’s own',
      ({ secondary }) =>
        client.query('update workspaces set own_company_pk = $1 where pk = $2', [secondary.pk, workspacePk]),
    ],
  ])('is refused once %s', async (_, change) => {
    const made = await proposed();
    await change(made);
    const before = await live();

    expect(await resolve('approve', made.task)).toMatchObject({ code: 'PROPOSAL_OUTDATED' });
    expect(await live()).toEqual(before);
    expect(await resolve('reject', made.task)).toMatchObject({ task: { status: 'rejected' } });
  });

  test('A into B and B into A at once has one winner and no trace of a deadlock', async () => {
    const answers = [];
    for (let round = 0; round < 2; round += 1) {
      const { primary, secondary, task } = await proposed();
      const [there] = await rows('select output from enrichment_tasks where pk = $1', task.pk);
      const back = await enqueue(primary.company_id, { force: true });
      const [proposal] = there.output.proposals;
      await client.query(
        `update enrichment_tasks set status = 'awaiting_approval', output = $2 where pk = $1`,
        [
          back.pk,
          {
            ...there.output,
            proposals: [{ ...proposal, primary_id: secondary.company_id, secondary_id: primary.company_id }],
          },
        ],
      );
      answers.push(await Promise.all([resolve('approve', task), resolve('approve', back)]));
      await client.query('update companies set deleted_at = now() where workspace_pk = $1', [workspacePk]);
    }

    for (const pair of answers)
      expect(pair.map((answer) => ('code' in answer ? answer.code : 'merged')).sort()).toEqual([
        'PROPOSAL_OUTDATED',
        'merged',
      ]);
  });
});

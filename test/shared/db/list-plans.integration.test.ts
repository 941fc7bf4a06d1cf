import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase, roleUrl } from '../../support/database.ts';
import { insertPerson, insertWorkspace } from '../../support/factories.ts';
import { apiKeyPlans } from './list-plans/api-keys.ts';
import { collectPlans, collectSweepPlans } from './list-plans/collects.ts';
import { taskEventPlans, taskPlans } from './list-plans/enrichment-tasks.ts';
import { type PlanCase, type PlanNode, readingOf, type TablePlans } from './list-plans/plan-case.ts';

// Every statement that lists is run under `explain analyze`, as the role and under the policies that it meets in
// service, on a table with thousands of rows of two workspaces. It must read little more than it answers: no scan of
// the whole table, no sort of more than a page.

const tables: Record<string, TablePlans> = {
  'the lists of collects': collectPlans,
  'the sweep of collects': collectSweepPlans,
  'the lists of enrichment tasks': taskPlans,
  'the timelines of enrichment tasks': taskEventPlans,
  'the lists of API keys': apiKeyPlans,
};

let fresh: FreshDatabase;
let client: pg.Client;
const roles = new Map<string, pg.Client>();
const tenants: { workspacePk: number; personPk: number }[] = [];

const connect = async (connectionString: string) => {
  const connection = new pg.Client({ connectionString });
  await connection.connect();
  return connection;
};

beforeAll(async () => {
  fresh = await freshDatabase();
  client = await connect(fresh.url);
  for (const role of ['wellspring_api', 'wellspring_worker'] as const)
    roles.set(role, await connect(roleUrl(fresh.url, role)));
  for (let n = 0; n < 2; n += 1) {
    const { pk: workspacePk } = await insertWorkspace(client);
    tenants.push({ workspacePk, personPk: (await insertPerson(client, workspacePk)).pk });
  }
});
afterAll(async () => {
  await Promise.all([client, ...roles.values()].map((connection) => connection.end()));
  await fresh.drop();
});

const explain = async (role: TablePlans['role'], { statement, setting }: PlanCase): Promise<PlanNode> => {
  const connection = roles.get(role);
  if (!connection) throw new Error(`no connection as ${role}`);
  const { name, value } = setting ?? {
    name: 'wellspring.workspace_pk',
    value: String(tenants[0]?.workspacePk),
  };
  await connection.query('begin');
  try {
    await connection.query('select set_config($1, $2, true)', [name, value]);
    const { rows } = await connection.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      // Slonik numbers its placeholders in a form of its own until it sends them.
      `explain (analyze, timing off, format json) ${statement.sql.replaceAll('$slonik_', '$')}`,
      [...statement.values],
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    if (!plan) throw new Error('no plan came back');
    return plan;
  } finally {
    await connection.query('rollback');
  }
};

describe.each(Object.entries(tables))('%s', (_name, { table, role, seed }) => {
  test('read little more than they answer', async () => {
    const [tenant, other] = tenants;
    if (!tenant || !other) throw new Error('no workspaces');
    const cases = await seed(client, tenant, other);

    const wrong: string[] = [];
    for (const one of cases) {
      const { scans, rows, sorted, plan } = readingOf(await explain(role, one), table);
      if (scans.length > 0 && !scans.includes('Seq Scan') && rows <= one.reads && sorted <= one.reads)
        continue;
      wrong.push(
        `${one.what}: ${scans.join(', ')} of ${rows} rows instead of ${one.reads}, ${sorted} sorted\n${plan}`,
      );
    }

    expect(cases.length).toBeGreaterThan(0);
    expect(wrong.join('\n\n')).toBe('');
  });
});

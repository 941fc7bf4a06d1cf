import { type CollectFilters, countCollects, listCollects } from '../../../../shared/db/collect-lists.ts';
import { listCancelledCollects, listIdleCollects } from '../../../../shared/db/collect-sweep.ts';
import type { Position } from '../../../../shared/db/page.ts';
import type { PlanCase, TablePlans } from './plan-case.ts';

/** Of the workspace whose lists are read, and of the other. */
const ROWS = 2_000;
const OTHER_ROWS = 8_000;
const LIMIT = 50;

// Per workspace: one run a minute, 96 of 100 finalized, two live, two failed; half of them by the popup, the others by
// forty providers in turn; every hundredth for a task, of which there are ten.
const rows = `
  insert into collects (workspace_pk, people_pk, task_pk, provider, status, created_at, updated_at, started_at, ended_at)
  select
    $1, $2,
    case when n % 100 = 7 then (select min(pk) from tasks where workspace_pk = $1) + n / 100 % 10 end,
    case when n % 2 = 0 then 'popup' else 'provider-' || n % 80 end,
    case n % 100 when 7 then 'in_progress' when 57 then 'todo' when 8 then 'error' when 58 then 'error' else 'finalized' end
      ::collect_status_enum,
    time, time, time, case when n % 100 not in (7, 57) then time end
  from generate_series(1, $3) n
  cross join lateral (select now() - n * interval '1 minute' as time) made`;

/** Lists of collects as callers read them. */
export const collectPlans: TablePlans = {
  table: 'collects',
  role: 'wellspring_api',
  async seed(client, tenant, other) {
    for (const { workspacePk, personPk } of [tenant, other]) {
      await client.query(
        `insert into tasks (workspace_pk, title, executor_type, status)
         select $1, 'Fetch invoices', 'system', case when n = 1 then 'cancelled' else 'open' end::task_status_enum
         from generate_series(1, 10) n`,
        [workspacePk],
      );
      await client.query(rows, [
        workspacePk,
        personPk,
        workspacePk === tenant.workspacePk ? ROWS : OTHER_ROWS,
      ]);
    }
    await client.query('vacuum (analyze) collects, tasks, peoples, workspaces');

    const { rows: found } = await client.query<Position & { task: string }>(
      `select
         collect_id as id,
         to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as key,
         (select task_id from tasks where workspace_pk = $1 limit 1) as task
       from collects
       where workspace_pk = $1
       order by created_at
       offset ${ROWS / 2}
       limit 1`,
      [tenant.workspacePk],
    );
    const [middle] = found;
    if (!middle) throw new Error('no collects to list');
    const { workspacePk } = tenant;
    const list = (
      what: string,
      filters: CollectFilters,
      reads: number,
      { after = null, descending = true }: { after?: Position | null; descending?: boolean } = {},
    ): PlanCase => ({
      what,
      statement: listCollects({
        ...{ workspacePk, filters, limit: LIMIT, after },
        sort: { key: 'created_at', descending },
      }),
      reads,
    });
    const day = { gte: new Date(Date.now() - 24 * 3_600_000).toISOString(), lt: new Date().toISOString() };
    // One more than the page tells whether there is another.
    const page = LIMIT + 1;
    return [
      list('the newest', {}, page),
      list('the oldest', {}, page, { descending: false }),
      // And the row it goes on from.
      list('a page in the middle', {}, page + 1, { after: middle }),
      list('a page in the middle, upwards', {}, page + 1, { after: middle, descending: false }),
      list('those that wait', { status: ['todo'] }, 2 * page),
      list('those in progress', { status: ['in_progress'] }, 2 * page),
      list('live ones', { status: ['todo', 'in_progress'] }, page),
      list('failed ones', { status: ['error'] }, page),
      list('finalized ones', { status: ['finalized'] }, page + 10),
      list('ended ones', { status: ['finalized', 'error'] }, page + 10),
      list('failed ones, on a later page', { status: ['error'] }, page + 1, { after: middle }),
      list('those of one provider', { provider: ['provider-3'] }, 2 * page),
      list('those of the popup', { provider: ['popup'] }, 2 * page),
      list('failed ones of the popup', { provider: ['popup'], status: ['error'] }, 2 * page),
      list('those of a task', { task: middle.task }, page),
      list('those of a day', { created_at: day }, page),
      {
        what: 'how many there are',
        statement: countCollects({ workspacePk, filters: {} }),
        reads: ROWS,
      },
      {
        what: 'how many failed',
        statement: countCollects({ workspacePk, filters: { status: ['error'] } }),
        reads: ROWS / 50,
      },
    ];
  },
};

/** What the sweep looks for, in the rows of the lists above. */
export const collectSweepPlans: TablePlans = {
  table: 'collects',
  role: 'wellspring_worker',
  async seed() {
    const setting = { name: 'wellspring.sweep', value: 'collects' };
    const hours = { inactivityHours: 24, limit: 20 };
    const longAgo = { changed_at: '2020-01-01T00:00:00.000000Z', pk: 1 };
    return [
      // Idle ones are few and all of them may be read, live ones that are not idle must not: 142 of 200.
      { what: 'idle ones', statement: listIdleCollects({ ...hours, after: null }), reads: 150, setting },
      {
        what: 'more idle ones',
        statement: listIdleCollects({ ...hours, after: longAgo }),
        reads: 150,
        setting,
      },
      // All live ones that have a task.
      {
        what: 'those of cancelled tasks',
        statement: listCancelledCollects({ limit: 20 }),
        reads: 100,
        setting,
      },
    ];
  },
};

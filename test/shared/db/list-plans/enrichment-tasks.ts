import { randomUUID } from 'node:crypto';
import { countTaskEvents, listTaskEvents } from '../../../../shared/db/enrichment-task-events.ts';
import {
  countBatch,
  countTasks,
  listSubtaskViews,
  listTasks,
  type TaskFilters,
} from '../../../../shared/db/enrichment-task-lists.ts';
import type { Position } from '../../../../shared/db/page.ts';
import type { PlanCase, TablePlans } from './plan-case.ts';

/** Of the workspace whose lists are read, and of the other. */
const ROWS = 2_000;
const OTHER_ROWS = 6_000;
const LIMIT = 50;
// One more than the page tells whether there is another.
const PAGE = LIMIT + 1;

// Per workspace: one task a minute, 94 of 100 completed, one of each other status; two of 50 of one type, two of a
// hundred of one channel, 40 in a batch, 30 under the oldest.
const rows = `
  insert into enrichment_tasks (
    workspace_pk, enrichment_type, entity_type, entity_id, status, completed_at, created_at, batch_id, source_channel
  )
  select
    $1, case when n % 50 < 2 then 'logo' else 'ai_company' end, 'company', gen_random_uuid(), s.status,
    case when s.status in ('completed', 'failed', 'rejected') then now() end,
    now() - n * interval '1 minute', case when n % 50 = 9 then $3::uuid end,
    case when n % 100 < 2 then 'bank_sync' else 'manual' end::source_channel_enum
  from generate_series(1, $2) n
  cross join lateral (
    select (array['pending', 'processing', 'awaiting_approval', 'failed', 'rejected'])[n % 100]
      ::enrichment_task_status_enum as rare
  ) r
  cross join lateral (select coalesce(r.rare, 'completed') as status) s`;

/** Lists of tasks as callers read them. */
export const taskPlans: TablePlans = {
  table: 'enrichment_tasks',
  role: 'wellspring_api',
  async seed(client, tenant, other) {
    const batchId = randomUUID();
    await client.query(rows, [tenant.workspacePk, ROWS, batchId]);
    await client.query(rows, [other.workspacePk, OTHER_ROWS, randomUUID()]);
    const { workspacePk } = tenant;
    const { rows: found } = await client.query<Position & { entity_id: string; parent: string }>(
      `with parent as (
         select pk, enrichment_task_id from enrichment_tasks where workspace_pk = $1 order by created_at limit 1
       ), children as (
         update enrichment_tasks t set parent_task_pk = parent.pk from parent
         where t.workspace_pk = $1 and t.enrichment_type = 'logo' and t.created_at > now() - interval '750 minutes'
       )
       select
         t.enrichment_task_id as id, t.entity_id, parent.enrichment_task_id as parent,
         to_char(t.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as key
       from enrichment_tasks t
       cross join parent
       where t.workspace_pk = $1
       order by t.created_at
       offset ${ROWS / 2}
       limit 1`,
      [workspacePk],
    );
    await client.query('vacuum (analyze) enrichment_tasks');
    const [middle] = found;
    if (!middle) throw new Error('no tasks to list');
    const after = { key: middle.key, id: middle.id };
    const list = (
      what: string,
      filters: TaskFilters,
      {
        from = null,
        descending = true,
        keys = PAGE,
      }: { from?: Position | null; descending?: boolean; keys?: number } = {},
    ): PlanCase => ({
      what,
      statement: listTasks({
        ...{ workspacePk, filters, limit: LIMIT, after: from },
        sort: { key: 'created_at', descending },
      }),
      // Keys, then the rows of the page and their parents; and the row it goes on from.
      reads: keys + 2 * PAGE + 2,
    });
    const day = { gte: new Date(Date.now() - 24 * 3_600_000).toISOString() };
    return [
      list('the newest', {}),
      list('the oldest', {}, { descending: false }),
      list('a page in the middle', {}, { from: after }),
      list('a page in the middle, upwards', {}, { from: after, descending: false }),
      list('those of a day', { created_at: day }),
      list('completed ones', { status: ['completed'] }, { keys: PAGE + 10 }),
      list('failed ones', { status: ['failed'] }, { keys: 2 * PAGE }),
      list('pending ones', { status: ['pending'] }, { keys: 2 * PAGE }),
      list('those that wait for a person', { status: ['awaiting_approval'] }),
      list('unfinished and failed ones', { status: ['pending', 'processing', 'failed'] }, { keys: 4 * PAGE }),
      list('failed and completed ones', { status: ['failed', 'completed'] }, { keys: 3 * PAGE }),
      list('those of a type', { enrichment_type: ['logo'] }),
      list('those of two types', { enrichment_type: ['logo', 'ai_company'] }, { keys: 2 * PAGE }),
      // Without an index of their own: the keys of the workspace are walked, its rows are not read.
      list('those of a channel', { source_channel: ['bank_sync'] }, { keys: ROWS }),
      list('those of a kind of target', { entity_type: ['invoice'] }, { keys: ROWS }),
      list('those of a target', { entity_id: middle.entity_id }),
      list('those of a batch', { batch_id: batchId }),
      list('subtasks', { parent_task: middle.parent }),
      { what: 'how many there are', statement: countTasks({ workspacePk, filters: {} }), reads: ROWS },
      {
        what: 'how many failed',
        statement: countTasks({ workspacePk, filters: { status: ['failed'] } }),
        reads: ROWS / 50,
      },
      { what: 'how a batch stands', statement: countBatch({ workspacePk, batchId }), reads: ROWS / 50 },
      {
        what: 'subtasks that come along',
        statement: listSubtaskViews({ workspacePk, taskIds: [middle.parent, middle.id], limit: 10 }),
        // All of a parent, to know which are the oldest.
        reads: 100,
      },
    ];
  },
};

/** The timeline of one task among those of the lists above. */
export const taskEventPlans: TablePlans = {
  table: 'enrichment_task_events',
  role: 'wellspring_api',
  async seed(client, { workspacePk }) {
    await client.query(
      `insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, created_at)
       select t.pk, t.workspace_pk, 'claimed', 'test', t.created_at + n * interval '1 second'
       from enrichment_tasks t
       cross join lateral generate_series(1, case when t.parent_task_pk is null then 1 else 100 end) n`,
    );
    await client.query('vacuum (analyze) enrichment_task_events');
    const { rows: found } = await client.query<Position & { pk: number }>(
      `select e.enrichment_task_pk as pk, e.event_id as id,
         to_char(e.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as key
       from enrichment_task_events e
       join enrichment_tasks t on t.pk = e.enrichment_task_pk
       where t.workspace_pk = $1 and t.parent_task_pk is not null
       order by e.enrichment_task_pk, e.created_at
       offset 30
       limit 1`,
      [workspacePk],
    );
    const [middle] = found;
    if (!middle) throw new Error('no events to list');
    const { pk: taskPk, key, id } = middle;
    const sort = { key: 'created_at', descending: false } as const;
    const which = { workspacePk, taskPk };
    return [
      {
        what: 'the first',
        statement: listTaskEvents({ ...which, sort, limit: LIMIT, after: null }),
        // All hundred at most: sorting so few costs as much as their order in the index.
        reads: 2 * PAGE,
      },
      {
        what: 'a later page',
        statement: listTaskEvents({ ...which, sort, limit: LIMIT, after: { key, id } }),
        reads: PAGE + 2,
      },
      { what: 'how many there are', statement: countTaskEvents(which), reads: 100 },
    ];
  },
};

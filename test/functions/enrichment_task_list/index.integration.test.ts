import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrichmentTaskEvents } from '../../../functions/enrichment_task_events/index.ts';
import { enrichmentTaskList } from '../../../functions/enrichment_task_list/index.ts';
import { enrichmentTaskRetrieve } from '../../../functions/enrichment_task_retrieve/index.ts';
import { halted } from '../../../shared/domain/outcomes.ts';
import { serveEndpoint } from '../../../shared/http/endpoint.ts';
import { insertInvoice, insertTask, type TestTask } from '../../support/factories.ts';
import { deliver, enqueueOne, enrichmentOf, testRunner } from '../../support/pipeline.ts';
import { insertMember, type Member, startDoors } from '../start-doors.ts';

// Every door that reads tasks, in one database.

let doors: Awaited<ReturnType<typeof startDoors>>;

beforeAll(async () => {
  doors = await startDoors({
    enrichment_task_list: (host) => serveEndpoint(enrichmentTaskList, host),
    enrichment_task_retrieve: (host) => serveEndpoint(enrichmentTaskRetrieve, host),
    enrichment_task_events: (host) => serveEndpoint(enrichmentTaskEvents, host),
  });
});
afterAll(() => doors.close());

const ended = { status: 'completed', completed_at: new Date() };
const at = (day: number) => `2026-03-${String(day).padStart(2, '0')}T10:00:00.000123Z`;
const get = (by: Member, path: string) => doors.call(by, path);
const list = (by: Member, query = '') => get(by, `/v1/enrichment-tasks${query}`);
const idsOf = ({ body }: { body: { data: { id: string }[] } }) => body.data.map(({ id }) => id);
const insert = (by: Member, columns: object = {}) => insertTask(doors.client, by.workspacePk, { ...columns });

/** A member with tasks of the first days of March, by their day. */
async function scene(...columns: object[]) {
  const member = await insertMember(doors.client);
  const tasks: TestTask[] = [];
  for (const [index, one] of columns.entries())
    tasks.push(await insert(member, { created_at: at(index + 1), ...one }));
  return { member, ids: tasks.map((task) => task.enrichment_task_id), tasks };
}

describe('the list', () => {
  test('is newest first, of this workspace, without what was deleted', async () => {
    const { member, ids } = await scene({}, {}, { deleted_at: new Date() }, {});
    await scene({});

    const answer = await list(member);

    expect(answer.status).toBe(200);
    expect(idsOf(answer)).toEqual([ids[3], ids[1], ids[0]]);
    expect(answer.body.meta).toEqual({ count: 3, total: 3, total_is_exact: true });
    expect(answer.body.links).toEqual({ self: '/v1/enrichment-tasks', next: null });
  });

  test.each(['-created_at', 'created_at'])(
    'goes from page to page without loss or double by %s',
    async (sort) => {
      // The last four are of one moment: their order is settled by more than time.
      const { member, ids } = await scene({}, {}, ...Array(4).fill({ created_at: at(9) }));
      const seen: string[] = [];
      let next: string | null = `/v1/enrichment-tasks?limit=2&sort=${sort}&filter[status]=pending,failed`;

      for (let pages = 0; next && pages < 9; pages += 1) {
        const answer = await get(member, next);
        expect(answer.body.meta.total).toBe(6);
        seen.push(...idsOf(answer));
        next = answer.body.links.next;
      }

      expect(seen).toEqual(sort === 'created_at' ? ids : ids.toReversed());
    },
  );

  test('is narrowed by each filter, and by several at once', async () => {
    const entity = randomUUID();
    const batch = randomUUID();
    const { member, ids, tasks } = await scene(
      { ...ended, enrichment_type: 'logo' },
      { status: 'failed', completed_at: new Date(), source_channel: 'manual' },
      { status: 'processing', entity_id: entity, batch_id: batch },
      { status: 'awaiting_approval', entity_type: 'invoice', source_channel: 'bank_sync' },
    );
    const child = await insert(member, { parent_task_pk: tasks[2]?.pk, created_at: at(20), batch_id: batch });
    const all = [...ids, child.enrichment_task_id];
    const wanted: Record<string, number[]> = {
      'filter[status]=completed': [0],
      'filter[status]=failed,awaiting_approval': [3, 1],
      'filter[status]=pending,processing,completed': [4, 2, 0],
      'filter[enrichment_type]=logo': [0],
      'filter[enrichment_type]=logo,reconcile': [4, 3, 2, 1, 0],
      'filter[entity_type]=invoice': [3],
      'filter[source_channel]=manual,bank_sync': [3, 1],
      [`filter[entity_id]=${entity}`]: [2],
      [`filter[entity_id]=${entity}&filter[entity_type]=invoice`]: [],
      [`filter[batch_id]=${batch}`]: [4, 2],
      [`filter[batch_id]=${batch}&filter[status]=failed,processing`]: [2],
      [`filter[parent_task]=${ids[2]}`]: [4],
      [`filter[parent_task]=${randomUUID()}`]: [],
      'filter[created_at][gte]=2026-03-02&filter[created_at][lt]=2026-03-04': [2, 1],
      'filter[status]=failed,completed&filter[enrichment_type]=reconcile,logo&filter[created_at][gte]=2026-03-02':
        [1],
    };

    for (const [query, places] of Object.entries(wanted)) {
      const answer = await list(member, `?${query}`);
      expect([query, idsOf(answer)]).toEqual([query, places.map((place) => all[place])]);
      expect(answer.body.meta.total).toBe(places.length);
    }
  });

  test('of a batch says how all of it stands, whatever the page shows', async () => {
    const batch_id = randomUUID();
    const { member } = await scene({ batch_id }, { batch_id, ...ended }, { batch_id, ...ended });
    const { member: stranger } = await scene({ batch_id });

    const answer = await list(member, `?filter[batch_id]=${batch_id}&limit=1`);
    const theirs = await list(stranger, `?filter[batch_id]=${batch_id}`);

    const none = { processing: 0, awaiting_approval: 0, failed: 0, rejected: 0 };
    expect(answer.body.meta).toMatchObject({
      count: 1,
      status_counts: { pending: 1, completed: 2, ...none },
    });
    expect(theirs.body.meta.status_counts).toEqual({ pending: 1, completed: 0, ...none });
  });

  test('brings parents and subtasks along, each once, and only chosen fields', async () => {
    const { member, ids, tasks } = await scene({}, {});
    const children = [
      await insert(member, { parent_task_pk: tasks[0]?.pk }),
      await insert(member, { parent_task_pk: tasks[0]?.pk, ...ended }),
    ].map((task) => task.enrichment_task_id);
    await insert(member, { parent_task_pk: tasks[0]?.pk, deleted_at: new Date() });

    const { body } = await list(
      member,
      '?include=parent_task,subtasks&fields[enrichment_task]=status,subtasks&sort=created_at',
    );

    expect(body.data[0]).toEqual({
      type: 'enrichment_task',
      id: ids[0],
      attributes: { status: 'pending' },
      relationships: {
        subtasks: {
          links: { related: `/v1/enrichment-tasks?filter%5Bparent_task%5D=${ids[0]}` },
          data: children.map((id) => ({ type: 'enrichment_task', id })),
        },
      },
    });
    expect(body.data[1].relationships.subtasks.data).toEqual([]);
    // What is in the page itself is not told twice.
    const told = [...body.data, ...body.included].map(({ id }: { id: string }) => id);
    expect(told.toSorted()).toEqual([...ids, ...children].toSorted());
  });

  test.each([
    ['filter[status]=done', 'filter[status]'],
    ['filter[lease_token]=x', 'filter[lease_token]'],
    ['filter[batch_id]=7', 'filter[batch_id]'],
    ['sort=status', 'sort'],
    ['include=workspace', 'include'],
    ['fields[enrichment_task]=attempt', 'fields[enrichment_task]'],
    ['limit=501', 'limit'],
    ['page[number]=2', 'page[number]'],
    ['cursor=x', 'cursor'],
  ])('refuses %s by name', async (query, name) => {
    const { member } = await scene();

    const { status, body } = await list(member, `?${query}`);

    expect([status, body.code, body.details.path]).toEqual([400, 'SCHEMA_VALIDATION_ERROR', `query.${name}`]);
  });
});

describe('one task', () => {
  test('brings its parent and its subtasks along', async () => {
    const { member, ids, tasks } = await scene({});
    const task = await insert(member, { parent_task_pk: tasks[0]?.pk });
    const child = await insert(member, { parent_task_pk: task.pk });

    const { body } = await get(
      member,
      `/v1/enrichment-tasks/${task.enrichment_task_id}?include=subtasks,parent_task`,
    );

    expect(body.data.relationships.subtasks.data).toEqual([
      { type: 'enrichment_task', id: child.enrichment_task_id },
    ]);
    expect(body.included.map(({ id }: { id: string }) => id)).toEqual([ids[0], child.enrichment_task_id]);
  });

  test('is answered at once with wait where it is at rest, and as soon as it comes to rest', async () => {
    const { member } = await scene();
    const waiting = await insert(member, { status: 'awaiting_approval' });
    const open = await insert(member, { status: 'processing' });
    const read = (task: TestTask) => get(member, `/v1/enrichment-tasks/${task.enrichment_task_id}?wait=25`);

    const atOnce = await read(waiting);
    const later = read(open);
    await doors.client.query(
      `update enrichment_tasks set status = 'failed', completed_at = now(), error = 'E' where pk = $1`,
      [open.pk],
    );

    expect(atOnce.body.data.attributes.status).toBe('awaiting_approval');
    expect((await later).body.data.attributes).toMatchObject({ status: 'failed', error: 'E' });
  });

  test.each(['26', '-1', '1.5', 'long'])('cannot be waited for %s seconds', async (wait) => {
    const { member, ids } = await scene({});

    const { status, body } = await get(member, `/v1/enrichment-tasks/${ids[0]}?wait=${wait}`);

    expect([status, body.details.path]).toEqual([400, 'query.wait']);
  });
});

describe('the timeline', () => {
  const events = (by: Member, id: string, query = '') => get(by, `/v1/enrichment-tasks/${id}/events${query}`);

  test('tells the life of a task from its beginning, and nothing internal', async () => {
    const { member } = await scene();
    const { invoice_id } = await insertInvoice(doors.client, member.workspacePk);
    const runner = testRunner(doors.workerDatabase);
    const task = await enqueueOne(runner, member.workspacePk, {
      ...{ enrichment_type: 'reconcile', entity_type: 'invoice', entity_id: invoice_id },
    });
    const runs = [
      () => Promise.reject(new Error(`away\n  at secret (file.ts:1)`)),
      async () => halted('no_match', 'nothing fits'),
    ];
    for (const run of runs) await deliver(runner, enrichmentOf(run), task);

    const { status, body } = await events(member, task.enrichment_task_id);

    expect(status).toBe(200);
    expect(
      body.data.map(({ attributes: { kind, attempt, detail } }: { attributes: Record<string, unknown> }) => [
        kind,
        attempt,
        detail,
      ]),
    ).toEqual([
      ['enqueued', 0, null],
      ['dispatched', 0, null],
      ['claimed', 1, null],
      ['retried', 1, { reason: 'Error: away' }],
      ['claimed', 2, null],
      ['finished', 2, { status: 'completed', halt: 'no_match' }],
    ]);
    expect(body.data[2].attributes.actor).toBe('worker:reconcile');
    expect(body.data[0].relationships.enrichment_task.data.id).toBe(task.enrichment_task_id);
  });

  test('goes from page to page', async () => {
    const { member, tasks, ids } = await scene({});
    await doors.client.query(
      `insert into enrichment_task_events (enrichment_task_pk, workspace_pk, kind, actor, attempt, created_at)
       select $1, $2, 'claimed', 'worker:logo', n, '2026-03-01' from generate_series(1, 5) n`,
      [tasks[0]?.pk, member.workspacePk],
    );
    const attempts: number[] = [];
    let next: string | null = `/v1/enrichment-tasks/${ids[0]}/events?limit=2`;

    for (let pages = 0; next && pages < 9; pages += 1) {
      const { body } = await get(member, next);
      attempts.push(
        ...body.data.map((event: { attributes: { attempt: number } }) => event.attributes.attempt),
      );
      next = body.links.next;
    }

    expect(attempts).toEqual([1, 2, 3, 4, 5]);
  });

  test('of another workspace’s, a deleted and an unknown task is not found', async () => {
    const { member, ids } = await scene({ deleted_at: new Date() }, {});
    const { member: stranger } = await scene();

    const answers = [
      await events(member, ids[0] ?? ''),
      await events(stranger, ids[1] ?? ''),
      await events(member, randomUUID()),
    ];

    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      Array(3).fill([404, 'ENRICHMENT_TASK_NOT_FOUND']),
    );
  });
});

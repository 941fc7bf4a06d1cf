import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { collectUpdate } from '../../../functions/collect_update/index.ts';
import { lockCollect, lockUploadTarget } from '../../../shared/db/collects.ts';
import { insertDocument } from '../../../shared/db/document-uploads.ts';
import { sweepCollects } from '../../../shared/dispatch/sweep-collects.ts';
import { serveEndpoint } from '../../../shared/http/endpoint.ts';
import {
  insertCollectRow,
  insertMember,
  insertProvider,
  insertTask,
  type Member,
  startDoors,
  syncLogsOf,
} from '../../functions/start-doors.ts';
import { recordingLog } from '../../support/pipeline.ts';

let doors: Awaited<ReturnType<typeof startDoors>>;
let member: Member;
let slug: string;
const { log, lines } = recordingLog();

beforeAll(async () => {
  doors = await startDoors({ collect_update: (host) => serveEndpoint(collectUpdate, host) });
});
beforeEach(async () => {
  await doors.client.query('delete from collects');
  await doors.client.query('delete from workspaces');
  member = await insertMember(doors.client);
  ({ slug } = await insertProvider(doors.client, member.workspacePk, ['enabled']));
  lines.length = 0;
});
afterAll(() => doors.close());

const sweep = (inactivityHours = 24) =>
  sweepCollects({ database: doors.workerDatabase, log, inactivityHours });
const rowOf = async (id: string) =>
  (await doors.client.query('select * from collects where collect_id = $1', [id])).rows[0];

/** A run that was last changed so many hours ago; the trigger of `updated_at` is left out on purpose. */
const idleFor = async (
  hours: number,
  parts: Parameters<typeof insertCollectRow>[2] = {},
  of = member,
): Promise<string> => {
  const id = await insertCollectRow(doors.client, of, { status: 'in_progress', provider: slug, ...parts });
  await doors.client.query('set session_replication_role = replica');
  await doors.client.query(
    'update collects set updated_at = now() - make_interval(secs => $2) where collect_id = $1',
    [id, hours * 3_600],
  );
  await doors.client.query('set session_replication_role = origin');
  return id;
};
const cancelledTask = async (of = member) => {
  const taskId = await insertTask(doors.client, of.workspacePk);
  const { rows } = await doors.client.query<{ pk: number }>(
    `update tasks set status = 'cancelled' where task_id = $1 returning pk`,
    [taskId],
  );
  return rows[0]?.pk;
};
const belongsTo = (id: string, taskPk: number | undefined) =>
  doors.client.query('update collects set task_pk = $2 where collect_id = $1', [id, taskPk]);
const end = (id: string, status = 'finalized') =>
  doors.send('PATCH', member, `/v1/collects/${id}`, { data: { type: 'collect', attributes: { status } } });
const waiting = async (count: number) => {
  for (let waits = 0; waits < count; ) {
    await doors.client.query('select pg_stat_clear_snapshot()');
    const { rowCount } = await doors.client.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    waits = rowCount ?? 0;
  }
};

test('runs that nothing happened to for long enough become an error, in every workspace', async () => {
  const other = await insertMember(doors.client);
  const ids = [await idleFor(25), await idleFor(25, { status: 'todo' }), await idleFor(25, {}, other)];
  const young = await idleFor(23);

  const swept = [await sweep(), await sweep()];

  expect(swept).toEqual([
    { cancelled: 0, inactive: 3 },
    { cancelled: 0, inactive: 0 },
  ]);
  for (const id of ids)
    expect(await rowOf(id)).toMatchObject({ status: 'error', ended_at: expect.any(Date), deleted_at: null });
  expect(await rowOf(young)).toMatchObject({ status: 'in_progress', ended_at: null });
  expect(await syncLogsOf(doors.client, ids[0] ?? '')).toMatchObject([
    {
      status: 'error',
      error: 'inactivity: no change and no upload for 24 hours',
      completed_at: expect.any(Date),
    },
  ]);
});

test('what has ended, was deleted or has no workspace stays as it is', async () => {
  for (const parts of [{ status: 'finalized' }, { status: 'error' }, { deleted: true }, { legacy: true }])
    await idleFor(99, parts);
  const all = async () => (await doors.client.query('select * from collects order by pk')).rows;
  const before = await all();

  expect(await sweep()).toEqual({ cancelled: 0, inactive: 0 });
  expect(await all()).toEqual(before);
});

test('an upload is activity, also one that is being written while the sweep looks', async () => {
  const { workspacePk } = member;
  const [uploaded, uploading] = [await idleFor(25), await idleFor(26)];
  const upload = (collectId: string, during: () => Promise<unknown>) =>
    doors.database.inWorkspace(workspacePk, async (db) => {
      const { pk: collectPk } = await db.one(lockUploadTarget({ workspacePk, collectId }));
      await db.one(
        insertDocument({
          ...{
            workspacePk,
            collectPk,
            bucket: 'b',
            path: `p/${collectId}`,
            filename: 'f.txt',
            type: 'text/plain',
          },
          ...{ size: 1, contentChecksum: '0'.repeat(64), documentType: null },
        }),
      );
      return { during: await during() };
    });
  await upload(uploaded, async () => {});

  const { during } = await upload(uploading, async () => {
    const sweeping = sweep();
    await waiting(1);
    return { sweeping };
  });

  expect(await (during as { sweeping: ReturnType<typeof sweep> }).sweeping).toEqual({
    cancelled: 0,
    inactive: 0,
  });
  for (const id of [uploaded, uploading]) expect(await rowOf(id)).toMatchObject({ status: 'in_progress' });
});

test('a client that ends its run while the sweep reaches for it wins, and there is one line', async () => {
  const { workspacePk } = member;
  const id = await idleFor(25);

  const { answers } = await doors.database.inWorkspace(workspacePk, async (db) => {
    await db.one(lockCollect({ workspacePk, collectId: id }));
    const patching = end(id);
    await waiting(1);
    const sweeping = sweep();
    await waiting(2);
    return { answers: [patching, sweeping] as const };
  });

  expect((await answers[0]).status).toBe(200);
  expect(await answers[1]).toEqual({ cancelled: 0, inactive: 0 });
  expect(await rowOf(id)).toMatchObject({ status: 'finalized' });
  expect(await syncLogsOf(doors.client, id)).toMatchObject([{ status: 'success' }]);
  expect(lines.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
});

test('two sweeps at once end each run once', async () => {
  const ids = [await idleFor(25), await idleFor(25), await idleFor(25)];

  const swept = await Promise.all([sweep(), sweep()]);

  expect(swept.reduce((sum, { inactive }) => sum + inactive, 0)).toBe(3);
  for (const id of ids) expect(await syncLogsOf(doors.client, id)).toHaveLength(1);
  expect((await end(ids[0] ?? '')).status).toBe(409);
});

test('a run whose task was cancelled ends at once, for that reason', async () => {
  const other = await insertMember(doors.client);
  const live = await insertCollectRow(doors.client, member, { status: 'todo', provider: slug });
  const elsewhere = await insertCollectRow(doors.client, other, { status: 'in_progress' });
  const wanted = await insertCollectRow(doors.client, member, { status: 'in_progress' });
  await belongsTo(live, await cancelledTask());
  await belongsTo(elsewhere, await cancelledTask(other));
  const open = await doors.client.query('select pk from tasks where task_id = $1', [
    await insertTask(doors.client, member.workspacePk),
  ]);
  await belongsTo(wanted, open.rows[0].pk);

  expect(await sweep()).toEqual({ cancelled: 2, inactive: 0 });

  expect(await rowOf(wanted)).toMatchObject({ status: 'in_progress' });
  expect(await syncLogsOf(doors.client, live)).toMatchObject([
    {
      status: 'error',
      error: expect.stringMatching(/^task_cancelled/),
      metadata: { task_id: expect.any(String) },
    },
  ]);
  // No connector serves it: no line, and a warning says so.
  expect(await syncLogsOf(doors.client, elsewhere)).toEqual([]);
  expect(lines).toContainEqual(expect.objectContaining({ severity: 'WARNING', collect_id: elsewhere }));
});

test('one that cannot be ended does not keep the others, and is reported', async () => {
  const [stuck, fine] = [await idleFor(30), await idleFor(29)];
  await doors.client.query(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'stuck'; end $$`,
  );
  await doors.client.query(
    `create trigger refuse before update on collects for each row when (old.collect_id = '${stuck}') execute function refuse()`,
  );

  const swept = await sweep();
  await doors.client.query('drop function refuse cascade');

  expect(swept).toEqual({ cancelled: 0, inactive: 1 });
  expect(await rowOf(fine)).toMatchObject({ status: 'error' });
  expect(lines).toContainEqual(expect.objectContaining({ severity: 'ERROR', collect_id: stuck }));
});

import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import {
  type InsertCollect,
  insertCollect,
  type UpdateCollect,
  updateCollect,
} from '../../../../shared/db/collects.ts';
import { insertWorkspace } from '../../../support/factories.ts';
import type { Cases, Tier } from './tier.ts';

const arrange = async (tier: Tier) => {
  const { pk: workspacePk, workspace_id } = await insertWorkspace(tier.client);
  const { rows } = await tier.client.query(
    `insert into peoples (workspace_pk, full_name, first_name, last_name) values ($1, 'A B', 'A', 'B')
    returning pk, person_id`,
    [workspacePk],
  );
  const [person] = rows;
  const insert = (collect: Pick<InsertCollect, 'status'> & Partial<InsertCollect>) =>
    tier.inWorkspace(workspacePk, (db) =>
      db.one(insertCollect({ workspacePk, peoplePk: person.pk, taskPk: null, provider: 'shop', ...collect })),
    );
  const update = (change: Omit<UpdateCollect, 'workspacePk'> & Partial<UpdateCollect>) =>
    tier.inWorkspace(change.workspacePk ?? workspacePk, (db) =>
      db.maybeOne(updateCollect({ workspacePk, ...change })),
    );
  return { workspacePk, workspace_id, person_id: person.person_id as string, insert, update };
};

const startedAt = '2026-03-01T10:00:00.000Z';
const running: UpdateCollect['to'] = {
  status: 'in_progress',
  provider: 'shop',
  started_at: startedAt,
  ended_at: null,
};

export const collectCases: Cases = {
  'a new collect has the ids around it and the times of its first status': async (tier) => {
    const { workspacePk, workspace_id, person_id, insert } = await arrange(tier);

    expect(await insert({ status: 'todo' })).toMatchObject({
      ...{ workspace_pk: workspacePk, workspace_id, person_id, task_id: null },
      ...{ status: 'todo', provider: 'shop', started_at: null, ended_at: null },
    });
    expect(await insert({ status: 'in_progress' })).toMatchObject({
      started_at: expect.stringMatching(/Z$/),
      ended_at: null,
    });
    expect(await insert({ status: 'error' })).toMatchObject({
      started_at: null,
      ended_at: expect.stringMatching(/Z$/),
    });
  },
  'a collect names its to-do item while that is live': async (tier) => {
    const { workspacePk, insert, update } = await arrange(tier);
    const taskId = randomUUID();
    const { rows } = await tier.client.query(
      `insert into tasks (workspace_pk, task_id, title, executor_type) values ($1, $2, 'Collect', 'human')
      returning pk`,
      [workspacePk, taskId],
    );
    const collect = await insert({ status: 'todo', taskPk: rows[0].pk });
    await tier.client.query('update tasks set deleted_at = now() where pk = $1', [rows[0].pk]);

    expect(collect.task_id).toBe(taskId);
    expect(await update({ pk: collect.pk, from: 'todo', to: running })).toMatchObject({ task_id: null });
  },
  'a change is written from the status it was decided on': async (tier) => {
    const { insert, update } = await arrange(tier);
    const { pk, collect_id } = await insert({ status: 'todo' });

    expect(await update({ pk, from: 'todo', to: running })).toMatchObject({ collect_id, ...running });
    expect(await update({ pk, from: 'todo', to: { ...running, provider: 'late' } })).toBeNull();
    expect(await update({ pk, from: 'in_progress', to: running })).toMatchObject({ provider: 'shop' });
  },
  'a collect of another workspace and a deleted one are not changed': async (tier) => {
    const { insert, update } = await arrange(tier);
    const { pk: workspacePk } = await insertWorkspace(tier.client);
    const { pk } = await insert({ status: 'todo' });

    expect(await update({ pk, workspacePk, from: 'todo', to: running })).toBeNull();
    await tier.client.query('update collects set deleted_at = now() where pk = $1', [pk]);
    expect(await update({ pk, from: 'todo', to: running })).toBeNull();
  },
};
